import { Injectable } from '@nestjs/common';
import { assertAllowed } from '#libs/access';
import {
  type ContextInput,
  ContextStore,
  type Demand,
  NotFoundError,
  type RequestContext,
  type UserActor,
} from '#libs/context';
import { Cells, Directory, Reader, UnitOfWork, type DirectoryRow } from '#libs/database';
import { AccessTokens, AccountSessions, type IssuedToken } from '#libs/identity';
import type { RoleName } from '#libs/roles';
import { UnauthenticatedError } from '#libs/http';

/** An account that the person belongs to; name and role are null while its cell does not answer. */
export interface Membership {
  readonly account_id: string;
  readonly region: string;
  readonly name: string | null;
  readonly role: RoleName | null;
  readonly available: boolean;
}

/** The requirements of an account for entering it. */
interface EntryRequirements {
  readonly second_factor: 'required' | 'optional';
  readonly passwords: 'allowed' | 'none';
}

type MembershipRow = Membership & EntryRequirements;

interface Pointer {
  readonly account_id: string;
  readonly cell: string;
}

/** What the directory knows of a way into an account. */
type Way = DirectoryRow<'find_way'>;

const TIMEOUT_MS = 2_000;
const STRICT = 'select a.strict_switching from accounts a where a.account_id = $1';

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
  ) {}

  /** Lists the accounts of the person, from every cell at once; a cell that takes longer than 2 s is listed as unavailable. */
  async list(): Promise<Membership[]> {
    const context = this.contexts.require();
    const pointers = await this.pointers(context);
    const found = await Promise.all(pointers.map((pointer) => this.look(context, pointer)));
    return found.filter((membership) => membership !== null);
  }

  /**
   * Enters an account and returns a token for it. Ends the account session that the client leaves, and commits that first. If either
   * account switches strictly, ends the other sessions of this sign-in as well.
   *
   * @throws {NotFoundError} where the person is not an active member, whether the account exists or not.
   */
  async enter(accountId: string): Promise<IssuedToken> {
    const context = this.contexts.require();
    const { userId, signInSessionId, clientId = '', assurance } = context.requireUser('Entering an account');
    const [way] = await this.directory.call('find_way', {
      ofUser: userId,
      sessionId: signInSessionId,
      ofClient: clientId,
      toAccount: accountId,
    });
    if (!way || !assurance) throw new UnauthenticatedError();
    const person = { kind: 'person', assurance, hasPassword: way.has_password } as const;
    const pointer = way.cell && { account_id: accountId, cell: way.cell };
    const membership = pointer && (await this.membership(context, pointer));
    if (!pointer || !membership) throw new NotFoundError();
    assertAllowed(person, demandOfEntering(membership, way));
    const { requestId, origin } = context;
    const actor = { kind: 'user', userId, signInSessionId, clientId } as const;
    const left = placeLeft(way);
    const strict = left ? await this.leave({ requestId, origin, actor, account: left }, left.sessionId) : false;
    const account = { id: accountId, cell: pointer.cell };
    // the new session is not the old one's: the entry of entering does not name it
    const entering = { requestId, origin, actor, account };
    const session = await this.contexts.runAs(entering, () =>
      this.work.runWithoutAuthorization(
        'nobody has a session before they enter: the membership is locked and decided on instead',
        async () => {
          const member = await this.lockMember(userId);
          // what the account demands may have changed since it was looked at
          assertAllowed(person, demandOfEntering(member, way));
          const parent = { id: signInSessionId, expiresAt: way.expires_at, endsAt: way.ends_at };
          return this.sessions.open(member.id, parent);
        },
      ),
    );
    const isMoved = await this.directory.call('move_client', {
      ofClient: clientId,
      sessionId: signInSessionId,
      leftAccountSession: way.left_account_session,
      toAccount: accountId,
      toAccountSession: session.id,
    });
    // a sign-out meanwhile found no session to end, and another switch of this client was first; no token has left yet
    if (!isMoved) {
      await this.leave(entering, session.id);
      throw new UnauthenticatedError();
    }
    if (strict || session.strictSwitching) await this.endOthers(context, session.id);
    return this.tokens.issue(
      { userId, signInSessionId, clientId, assurance, account: { ...account, sessionId: session.id } },
      session,
    );
  }

  private regionOf({ cell }: Pointer): string {
    return this.cells.all().find(({ name }) => name === cell)?.region ?? cell;
  }

  private pointers(context: RequestContext): Promise<Pointer[]> {
    return this.directory.call('accounts_of_user', { ofUser: context.requireUser().userId });
  }

  /** Ends the session that was left. @returns whether its account switches strictly. */
  private leave(input: ContextInput & { readonly actor: UserActor }, accountSessionId: string): Promise<boolean> {
    const actor = { ...input.actor, accountSessionId };
    return this.contexts.runAs({ ...input, actor }, () =>
      this.work.runWithoutAuthorization(
        'leaving an account ends only the session of the person who leaves',
        async () => {
          await this.sessions.leave();
          const [row] = await this.work.require().inAccount<{ strict_switching: boolean }>(STRICT);
          return row?.strict_switching ?? false;
        },
      ),
    );
  }

  /** Ends the sessions of the person's other tabs, in whatever account they are. */
  private async endOthers(context: RequestContext, kept: string): Promise<void> {
    const { requestId, origin } = context;
    const { userId, signInSessionId } = context.requireUser();
    const actor = { kind: 'user', userId, signInSessionId } as const;
    for (const { account_id: id, cell } of await this.pointers(context))
      await this.contexts.runAs({ requestId, origin, actor, account: { id, cell } }, () =>
        this.work.runWithoutAuthorization(
          'strict switching ends nothing but the sessions of the person who switches',
          () => this.sessions.endUnder(signInSessionId, kept),
        ),
      );
  }

  private async look(context: RequestContext, pointer: Pointer): Promise<Membership | null> {
    const timeout = new Promise<'late'>((resolve) => setTimeout(resolve, TIMEOUT_MS, 'late').unref());
    const found = await Promise.race([this.membership(context, pointer).catch(() => 'late' as const), timeout]);
    if (found === 'late')
      return {
        account_id: pointer.account_id,
        region: this.regionOf(pointer),
        name: null,
        role: null,
        available: false,
      };
    if (!found) return null;
    const { second_factor: _, passwords: __, ...membership } = found;
    return membership;
  }

  private async membership(
    { requestId, actor, userId, access }: RequestContext,
    { account_id: id, cell }: Pointer,
  ): Promise<MembershipRow | null> {
    const [row] = await this.contexts.runAs(
      { requestId, actor, account: { id, cell }, ...(access && { access }) },
      () =>
        this.reader.inAccount<Pick<MembershipRow, 'name' | 'region' | 'role' | 'second_factor' | 'passwords'>>(
          `select a.name, a.data_region as region, m.role, a.second_factor, a.passwords from accounts a
         join members m on m.account_id = a.account_id and m.user_id = $2
         where a.account_id = $1 and a.status = 'active' and m.status = 'active'`,
          userId,
        ),
    );
    return row ? { account_id: id, ...row, available: true } : null;
  }

  /** The active membership of a person in the account of the unit, locked. @throws {NotFoundError} where there is none. */
  private async lockMember(userId: string): Promise<EntryRequirements & { readonly id: string }> {
    const [member] = await this.work.require().inAccount<EntryRequirements & { readonly id: string }>(
      `select m.id, a.second_factor, a.passwords from members m join accounts a on a.account_id = m.account_id
       where m.account_id = $1 and m.user_id = $2 and m.status = 'active' and a.status = 'active' for share`,
      userId,
    );
    if (!member) throw new NotFoundError();
    return member;
  }
}

function placeLeft({ left_account: id, left_cell: cell, left_account_session: sessionId }: Way) {
  return id && cell && sessionId ? { id, cell, sessionId } : undefined;
}

/** A person who has a second factor is asked for it wherever they enter, whatever the account demands. */
function demandOfEntering(
  { second_factor: factor, passwords }: EntryRequirements,
  { has_factor: hasFactor }: Pick<Way, 'has_factor'>,
): Demand {
  return { secondFactor: factor === 'required' || hasFactor, withoutPassword: passwords === 'none' };
}
