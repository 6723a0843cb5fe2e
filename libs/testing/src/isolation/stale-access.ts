import { ContextStore, RequestContext, type UserActor } from '#libs/context';
import { UnitOfWork } from '#libs/database';
import jwt from 'jsonwebtoken';
import type { Person, ProofWorld, Stage } from './proof-world.js';
import type { Report } from './report.js';

const REQUIRED = 'documents.write';

/** What can have happened between the guard that let a request in and the command that it leads to. */
const DECAYS: readonly (readonly [what: string, code: string, sql: string])[] = [
  [
    'the member was removed',
    'unauthenticated',
    "update members set status = 'removed' where account_id = $1 and user_id = $2",
  ],
  [
    'the member was demoted',
    'permission_missing',
    "update members set role = 'viewer' where account_id = $1 and user_id = $2",
  ],
  [
    'the session was ended',
    'unauthenticated',
    'update account_sessions set ended_at = now() where account_id = $1 and user_id = $2',
  ],
  [
    'the session lapsed',
    'unauthenticated',
    "update account_sessions set expires_at = now() - interval '1 s' where account_id = $1 and user_id = $2",
  ],
  [
    'the workspace was archived',
    'not_found',
    'update workspaces set archived_at = now() where account_id = $1 and $2::uuid is not null and id = $3',
  ],
  [
    'the account became read-only',
    'account_read_only',
    'update accounts set read_only = true where account_id = $1 and $2::uuid is not null',
  ],
  [
    'the member was kept to other workspaces',
    'not_found',
    "update members set role = 'developer', access = 'named' where account_id = $1 and user_id = $2",
  ],
];

/**
 * A command is authorized by the rows at the time it runs, not at the time of the guard: its unit of work looks the access of its actor
 * up again, under lock, and refuses.
 */
export async function attackWithStaleAccess(world: ProofWorld, report: Report): Promise<void> {
  const command = async (context: RequestContext): Promise<string | undefined> => {
    const { app } = world.world;
    try {
      await app
        .get(ContextStore)
        .runAs(context, () => app.get(UnitOfWork).run(async () => app.get(UnitOfWork).require().nothingHappened()));
      return undefined;
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
  };
  const say = (detail: string, got: string | undefined, expected: string | undefined) =>
    report.add(
      'row',
      'unit of work',
      'stale access',
      detail,
      got === expected ? undefined : `was ${got ?? 'let through'} and not ${expected ?? 'let through'}`,
    );

  for (const [what, code, sql] of DECAYS) {
    const stage = await world.stage(world.acme);
    const person = await world.person(stage, 'admin');
    const context = contextOf(stage, person);
    say(`before ${what}`, await command(context), undefined);
    const values = [stage.account.id, person.userId, ...(sql.includes('$3') ? [stage.workspace.id] : [])];
    await world.past.rows(stage.account.place.cell, sql, values);
    say(what, await command(context), code);
    // the account is everybody's
    await world.past.rows(stage.account.place.cell, 'update accounts set read_only = false where account_id = $1', [
      stage.account.id,
    ]);
  }
  const whole = contextOf(world.own, world.attacker);
  const { accountSessionId: _, ...actor } = whole.actor as UserActor;
  say(
    'there is no account session',
    await command(new RequestContext({ ...inputOf(whole), actor })),
    'unauthenticated',
  );
}

function inputOf({ requestId, account, workspaceId, demand }: RequestContext) {
  return { requestId, account, ...(workspaceId && { workspaceId }), ...(demand && { demand }) };
}

/** The context that the access guard would have frozen for a request of this person. */
function contextOf({ account, workspace }: Stage, { token, userId }: Person): RequestContext {
  const { sid, asid } = jwt.decode(token) as { sid: string; asid: string };
  return new RequestContext({
    actor: { kind: 'user', userId, signInSessionId: sid, accountSessionId: asid },
    account: account.place,
    workspaceId: workspace.id,
    demand: {
      scope: 'workspace',
      permission: REQUIRED,
      workspaceId: workspace.id,
      enteredWorkspaceId: workspace.id,
      changesAccount: true,
    },
  });
}
