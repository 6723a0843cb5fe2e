import { assertFresh } from '#libs/access';
import { AuditTrail, StreamAuthorizer } from '#libs/audit';
import { type Actor, ContextStore, job, newId } from '#libs/context';
import { Datasets } from '#libs/content';
import { asOperator, Reader, UnitOfWork } from '#libs/database';
import { CustomRoles } from '#libs/roles';
import { Accounts, Members } from '#libs/tenants';
import { copyDatabases, World, type WorldAccount } from '#libs/testing';
import jwt from 'jsonwebtoken';
import { createApp } from '../apps/api/src/create-app.js';

let world: World;
let acme: WorldAccount;

beforeAll(async () => {
  world = await World.open((environment, given) => createApp(environment, given, true), {}, await copyDatabases());
  acme = await world.account('Acme');
});
afterAll(() => world?.close());

const get = <T>(type: abstract new (...parameters: never[]) => T): T => world.app.get(type as never);

/** An actor of a kind that no table knows. */
const KEY = { kind: 'key', keyId: newId(), name: 'naive' } as unknown as Actor;
const DEMAND = { scope: 'account', permission: 'account.read', changesAccount: false } as const;

function asKey<T>(act: () => Promise<T>, more: object = {}): Promise<T> {
  const place = { account: acme.place, workspaceId: acme.workspaces[0]?.id ?? '' };
  return get(ContextStore).runAs({ actor: KEY, ...place, ...more }, act);
}

describe('ISO-11 an actor of a kind that nobody has said anything about may do nothing', () => {
  test.each<[string, () => Promise<unknown>, string]>([
    ['run a command', () => get(UnitOfWork).run(async () => undefined), 'unauthenticated'],
    ['create a dataset', () => get(Datasets).create({ name: 'Mine', description: '' }), 'unauthenticated'],
    ['make a role', () => get(CustomRoles).create({ name: 'Mine', permissions: [] }), 'unauthenticated'],
    ['remove a member', () => get(Members).remove(newId()), 'unauthenticated'],
    ['relax what an owner demands', () => get(Accounts).update(1, { secondFactor: 'optional' }), 'unauthenticated'],
    ['read', () => get(Reader).inAccount('select name from accounts where account_id = $1'), 'gate_refused'],
    [
      'go on with a stream',
      async () => get(StreamAuthorizer).assertStillAllowed(get(ContextStore).require()),
      'unauthenticated',
    ],
    ['count as freshly proved', async () => assertFresh(get(ContextStore).require()), 'unauthenticated'],
  ])('%s', async (_, act, code) => {
    await expect(asKey(act)).rejects.toMatchObject({ code });
    await expect(asKey(act, { demand: DEMAND })).rejects.toMatchObject({ code });
  });
});

describe('AUD-03 a job records nothing but what its list has', () => {
  const entry = (action: string) =>
    get(AuditTrail).record({ category: 'settings', action, resource: { type: 'account', id: acme.id } });
  const record = (action: string) => () =>
    get(UnitOfWork).run(async () => {
      await get(UnitOfWork).require().inAccount('update accounts set name = name where account_id = $1');
      await entry(action);
    });
  const asJob = (may: readonly string[], act: () => Promise<unknown>) =>
    get(ContextStore).runAs({ actor: job('test', may), account: acme.place }, act);

  test('with it the command commits, without it nothing of the command stays', async () => {
    await asJob(['test.allowed'], record('test.allowed'));
    await expect(asJob(['test.allowed'], record('test.other'))).rejects.toMatchObject({ code: 'internal_error' });
    await expect(asJob([], record('test.allowed'))).rejects.toMatchObject({ code: 'internal_error' });
    // a command that goes on after the refusal is rolled back as well
    const swallowing = () =>
      get(UnitOfWork).run(async () => {
        await entry('test.allowed');
        await entry('test.other').catch(() => undefined);
      });
    await expect(asJob(['test.allowed'], swallowing)).rejects.toMatchObject({ code: 'internal_error' });
    const owner = await acme.ownerClient();
    const { body } = await owner.get('/v1/account/audit-entries?category=settings').expect(200);
    expect(body.items.filter(({ action }: { action: string }) => action.startsWith('test.'))).toHaveLength(1);
  });
});

describe('TEN-05 a command that runs without authorization', () => {
  const PERSON = { kind: 'user', userId: newId(), signInSessionId: newId() } as const;
  const without = (actor: Actor, act: () => Promise<unknown>) =>
    get(ContextStore).runAs({ actor, account: acme.place }, () =>
      get(UnitOfWork).runWithoutAuthorization('a test', act),
    );

  test('decides nothing', async () => {
    const giving = without(PERSON, async () => get(CustomRoles).assertMayGive({ permissions: new Set() }));
    await expect(giving).rejects.toMatchObject({ code: 'authorization_missing' });
  });

  test.each([
    ['a job', job('test', 'any')],
    ['an actor of an unknown kind', KEY],
  ])('is not run for %s', async (_, actor) => {
    await expect(without(actor, async () => undefined)).rejects.toMatchObject({ code: 'authorization_missing' });
  });
});

test.each([
  ['demands nothing', {}],
  ['was authorized outside accounts', { scope: 'user' }],
] as const)('TEN-05 a context that %s has no command in it', async (_, demand) => {
  const owner = await acme.ownerClient();
  const { sub, sid, asid } = jwt.decode(owner.token ?? '') as Record<'sub' | 'sid' | 'asid', string>;
  const actor = { kind: 'user', userId: sub, signInSessionId: sid, accountSessionId: asid } as const;
  const command = get(ContextStore).runAs({ actor, account: acme.place, demand }, () =>
    get(CustomRoles).create({ name: 'Mine', permissions: [] }),
  );
  await expect(command).rejects.toMatchObject({ code: 'unauthenticated' });
});

describe('TEN-05 locks of a command: the rows that decide its access, and no others', () => {
  /** Tables that decide, and what names their rows. */
  const TABLES = {
    members: 'id',
    account_sessions: 'id',
    workspaces: 'id',
    member_workspaces: 'member_id || workspace_id::text',
    custom_roles: 'id',
  } as const;
  type Held = Record<string, { readonly shared: string[]; readonly alone: string[] }>;

  /** The rows that other transactions hold, by how: `shared` can be shared with others, `alone` cannot. */
  async function held(): Promise<Held> {
    return asOperator(world.databases.adminUrlOf(acme.place.cell), async (admin) => {
      const found: Held = {};
      for (const [table, key] of Object.entries(TABLES)) {
        const free = async (mode: string) => {
          const { rows } = await admin.query<{ id: string }>(
            `select ${key} as id from ${table} for ${mode} skip locked`,
          );
          return new Set(rows.map(({ id }) => String(id)));
        };
        const { rows } = await admin.query<{ id: string }>(`select ${key} as id from ${table}`);
        const all = rows.map(({ id }) => String(id));
        const [changeable, shareable] = [await free('update'), await free('share')];
        found[table] = {
          shared: all.filter((id) => !changeable.has(id) && shareable.has(id)).sort(),
          alone: all.filter((id) => !shareable.has(id)).sort(),
        };
      }
      return found;
    });
  }

  test.each([
    ['none that it changes', {}, 'shared', 'shared'],
    ['its session', { session: true }, 'alone', 'shared'],
    ['its workspace', { workspace: true }, 'shared', 'alone'],
  ] as const)('%s', async (_, locks, session, workspace) => {
    // the older one is another's: a lock that is not told which row takes that first
    const [there, here] = acme.workspaces;
    if (!here || !there) throw new Error('The account has two workspaces.');
    const roles = await Promise.all(['One', 'Two', 'Three'].map((name) => customRole(`${name} ${newId()}`)));
    const [inAccount, inWorkspace] = roles.map((id) => ({ role: 'custom', customRoleId: id }) as const);
    const member = await acme.clientOf(inAccount ?? 'viewer', {
      workspaces: [
        { id: here.id, role: inWorkspace ?? 'viewer' },
        { id: there.id, role: 'viewer' },
      ],
    });
    const { sub, sid, asid } = jwt.decode(member.token ?? '') as Record<'sub' | 'sid' | 'asid', string>;
    const other = await acme.clientOf('viewer');
    await other.get('/v1/account').expect(200);
    const context = {
      actor: { kind: 'user', userId: sub, signInSessionId: sid, accountSessionId: asid },
      account: acme.place,
      demand: { scope: 'account', workspaceId: here.id, permission: 'documents.read', locks },
    } as const;
    const seen = await get(ContextStore).runAs(context, () =>
      get(UnitOfWork).run(async () => {
        get(UnitOfWork).require().nothingHappened();
        return held();
      }),
    );
    const only = (id: string, how: 'shared' | 'alone') => ({ shared: [], alone: [], [how]: [id] });
    expect(seen).toEqual({
      members: only(member.memberId, 'shared'),
      account_sessions: only(asid, session),
      workspaces: only(here.id, workspace),
      member_workspaces: only(`${member.memberId}${here.id}`, 'shared'),
      custom_roles: { shared: roles.slice(0, 2).sort(), alone: [] },
    });
  });

  function customRole(name: string): Promise<string> {
    const permissions = ['workspaces.read', 'documents.read'] as const;
    return get(ContextStore).runAs({ actor: job('test', 'any'), account: acme.place }, () =>
      get(CustomRoles).create({ name, permissions }),
    );
  }
});
