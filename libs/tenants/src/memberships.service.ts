import { Injectable } from '@nestjs/common';
import { type ContextInput, ContextStore, NotFoundError, type RequestContext, type UserActor } from '#libs/context';
import { Cells, Directory, Reader, UnitOfWork } from '#libs/database';
import { AccessTokens, AccountSessions, type IssuedToken } from '#libs/identity';
import { type Role, SignInSessions } from '#libs/roles';
import { UnauthenticatedError } from '#libs/http';
import type { EntityManager } from 'typeorm';

/** An account that the person belongs to; name and role are null while its cell does not answer. */
export interface Membership {
  readonly account_id: string;
  readonly region: string;
  readonly name: string | null;
  readonly role: Role | null;
  readonly available: boolean;
}

interface Pointer {
  readonly account_id: string;
  readonly cell: string;
}

const PATIENCE_MS = 2_000;

/** One user, many accounts: which they are, and entering one. */
@Injectable()
export class Memberships {
  constructor(
    private readonly contexts: ContextStore,
    private readonly directory: Directory,
    private readonly cells: Cells,
    private readonly reader: Reader,
    private readonly work: UnitOfWork,
    private readonly sessions: AccountSessions,
    private readonly tokens: AccessTokens,
    private readonly signIns: SignInSessions,
  ) {}

  /** The accounts of whoever asks, from every cell at once; a cell that takes longer than 2 s is listed as unavailable. */
  async list(): Promise<Membership[]> {
    const context = this.contexts.require();
    const pointers = await this.pointers(context);
    const found = await Promise.all(pointers.map((pointer) => this.look(context, pointer)));
    return found.filter((membership) => membership !== null);
  }

  /**
   * Enters an account and gives a fresh token for it. The account session left is ended, and that committed, first.
   *
   * @throws {NotFoundError} where the person is not an active member, whether the account exists or not.
   */
  async enter(accountId: string): Promise<IssuedToken> {
    const context = this.contexts.require();
    const actor = context.actor as UserActor;
    const pointer = (await this.pointers(context)).find(({ account_id: id }) => id === accountId);
    if (!pointer || !(await this.isMember(context, pointer))) throw new NotFoundError();
    const expiresAt = await this.signIns.expiryOf({ userId: actor.userId, signInSessionId: actor.signInSessionId });
    if (!expiresAt) throw new UnauthenticatedError();
    await this.leaveCurrent(context);
    const { userId, signInSessionId } = actor;
    const account = { id: pointer.account_id, cell: pointer.cell };
    // the new session is not the old one's: the entry of entering does not name it
    const entering = {
      requestId: context.requestId,
      origin: context.origin,
      actor: { kind: 'user', userId, signInSessionId },
      account,
    } as const;
    let memberId = '';
    const sessionId = await this.contexts.runAs(entering, () =>
      this.work.run(
        () => this.sessions.open({ id: memberId, userId }, { id: signInSessionId, expiresAt }),
        async (manager) => {
          memberId = await lockMember(manager, account.id, userId);
        },
      ),
    );
    const principal = { userId, signInSessionId, account: { ...account, sessionId } };
    // a sign-out between the guard and the commit above found no session to end; no token has left yet
    if (!(await this.signIns.expiryOf(principal))) {
      await this.leaveCurrent({ ...entering, actor: { ...entering.actor, accountSessionId: sessionId } });
      throw new UnauthenticatedError();
    }
    return this.tokens.issue(principal);
  }

  private regionOf({ cell }: Pointer): string {
    return this.cells.all().find(({ name }) => name === cell)?.region ?? cell;
  }

  private pointers(context: RequestContext): Promise<Pointer[]> {
    return this.directory.call<Pointer & Record<string, unknown>>('accounts_of_user', context.userId);
  }

  private async leaveCurrent({ requestId, origin, actor, account }: ContextInput): Promise<void> {
    if (!account) return;
    await this.contexts.runAs({ requestId, origin, actor, account }, () =>
      // a session only ever ends itself: nothing has to be allowed
      this.work.run(
        () => this.sessions.leave(),
        async () => undefined,
      ),
    );
  }

  private async look(context: RequestContext, pointer: Pointer): Promise<Membership | null> {
    const timeout = new Promise<'late'>((resolve) => setTimeout(resolve, PATIENCE_MS, 'late').unref());
    const found = await Promise.race([this.membership(context, pointer).catch(() => 'late' as const), timeout]);
    if (found === 'late')
      return {
        account_id: pointer.account_id,
        region: this.regionOf(pointer),
        name: null,
        role: null,
        available: false,
      };
    return found;
  }

  private async isMember(context: RequestContext, pointer: Pointer): Promise<boolean> {
    return (await this.membership(context, pointer)) !== null;
  }

  private async membership(
    { requestId, actor, userId }: RequestContext,
    { account_id: id, cell }: Pointer,
  ): Promise<Membership | null> {
    const [row] = await this.contexts.runAs({ requestId, actor, account: { id, cell } }, () =>
      this.reader.inAccount<{ name: string; region: string; role: Role }>(
        `select a.name, a.data_region as region, m.role from accounts a
         join members m on m.account_id = a.account_id and m.user_id = $2
         where a.account_id = $1 and a.status = 'active' and m.status = 'active'`,
        userId,
      ),
    );
    return row ? { account_id: id, ...row, available: true } : null;
  }
}

async function lockMember(manager: EntityManager, accountId: string, userId: string): Promise<string> {
  const [member]: { id: string }[] = await manager.query(
    `select m.id from members m join accounts a on a.account_id = m.account_id
     where m.account_id = $1 and m.user_id = $2 and m.status = 'active' and a.status = 'active' for share`,
    [accountId, userId],
  );
  if (!member) throw new NotFoundError();
  return member.id;
}
