import { Inject, Injectable, Logger } from '@nestjs/common';
import { AuditTrail } from '#libs/audit';
import { ContextStore, newId, type Origin, type RequestContext, type TokenSettings } from '#libs/context';
import { Directory, personLock, UnitOfWork } from '#libs/database';
import { IsNull } from 'typeorm';
import { type Principal, SignInSessions } from '#libs/roles';
import { TOKEN_SETTINGS } from './access-tokens.service.js';
import { AccountSessionRepository } from './account-session.repository.js';
import { emailKey } from './email-address.js';
import { SignInRefusedError } from './identity.errors.js';
import { Passwords } from './passwords.service.js';

/** A sign-out that a cell has not heard of yet. */
export interface PendingSignOut {
  readonly sign_in_session_id: string;
  readonly account_id: string;
  readonly user_id: string;
  readonly cell: string;
}

/** A person who has just signed in. */
export interface SignedIn {
  readonly principal: Principal;
  readonly user: { readonly id: string; readonly name: string; readonly email: string };
}

const LONGEST_USER_AGENT = 400;

/** Sign-in sessions in the directory, and their end in every cell. */
@Injectable()
export class Sessions extends SignInSessions {
  private readonly logger = new Logger('sessions');

  constructor(
    private readonly directory: Directory,
    private readonly contexts: ContextStore,
    private readonly passwords: Passwords,
    private readonly work: UnitOfWork,
    private readonly accountSessions: AccountSessionRepository,
    private readonly trail: AuditTrail,
    @Inject(TOKEN_SETTINGS) private readonly tokens: TokenSettings,
  ) {
    super();
  }

  /**
   * Signs a person in.
   *
   * @throws {SignInRefusedError} for every reason alike, after the same work; the attempt is on the platform's trail.
   */
  async signIn(email: string, password: string, origin: Origin, requestId: string): Promise<SignedIn> {
    const [found] = await this.directory.call<{
      user_id: string;
      name: string;
      email: string;
      status: string;
      password_hash: string | null;
    }>('find_credential', emailKey(email));
    const right = await this.passwords.matches(found?.password_hash, password);
    const from = [requestId, origin.address, origin.userAgent.slice(0, LONGEST_USER_AGENT)] as const;
    if (!found || !right || found.status !== 'active') {
      await this.directory.call(
        'record_platform_entry',
        newId(),
        'authentication',
        'sign_in.refused',
        'user',
        found?.user_id ?? null,
        null,
        ...from,
        {},
      );
      throw new SignInRefusedError();
    }
    const signInSessionId = newId();
    const until = new Date(Date.now() + this.tokens.seconds * 1_000);
    await this.directory.callAll([
      ['open_sign_in_session', signInSessionId, found.user_id, until, from[1], from[2]],
      [
        'record_platform_entry',
        newId(),
        'authentication',
        'sign_in.accepted',
        'user',
        found.user_id,
        null,
        ...from,
        {},
      ],
    ]);
    return {
      principal: { userId: found.user_id, signInSessionId },
      user: { id: found.user_id, name: found.name, email: found.email },
    };
  }

  /** When the sign-in session of a principal ends; null where it does not count any more. */
  async expiryOf({ signInSessionId, userId }: Principal): Promise<Date | null> {
    const [row] = await this.directory.call<{ sign_in_session_expiry: Date | null }>(
      'sign_in_session_expiry',
      signInSessionId,
      userId,
    );
    return row?.sign_in_session_expiry ?? null;
  }

  /**
   * Ends a sign-in session and every account session under it. A cell that does not answer hears of it later.
   *
   * @returns names of the cells that have not heard yet.
   */
  async signOut(context: RequestContext): Promise<string[]> {
    const { actor, origin, requestId } = context;
    if (actor.kind !== 'user') return [];
    const { signInSessionId, userId } = actor;
    await this.directory.callAll([
      ['end_sign_in_session', signInSessionId, userId],
      [
        'record_platform_entry',
        newId(),
        'session',
        'sign_in.ended',
        'user',
        userId,
        null,
        requestId,
        origin?.address ?? null,
        origin?.userAgent ?? null,
        {},
      ],
    ]);
    const late = await this.carrySignOuts(signInSessionId);
    return [...new Set(late.map(({ cell }) => cell))];
  }

  /**
   * Carries sign-outs to the cells that have not heard of them: those of one sign-in session, or without one, now and then,
   * a few hundred of whatever is left.
   *
   * @returns those that could not be carried; they are kept.
   */
  async carrySignOuts(ofSession: string | null = null): Promise<PendingSignOut[]> {
    const pending = await this.directory.call<PendingSignOut & Record<string, unknown>>(
      'list_pending_sign_outs',
      ofSession,
      200,
    );
    const outcomes = await Promise.all(pending.map((signOut) => this.tryToCarry(signOut)));
    return pending.filter((_, index) => !outcomes[index]);
  }

  private async tryToCarry(signOut: PendingSignOut): Promise<boolean> {
    try {
      await this.carry(signOut);
      return true;
    } catch (error) {
      this.logger.warn(`A sign-out has not reached its cell yet: ${error}`);
      await this.directory.call('sign_out_tried', signOut.sign_in_session_id, signOut.account_id);
      return false;
    }
  }

  private async carry({
    sign_in_session_id: signInSessionId,
    account_id: id,
    user_id: userId,
    cell,
  }: PendingSignOut): Promise<void> {
    const actor = { kind: 'user', userId, signInSessionId } as const;
    await this.contexts.runAs({ actor, account: { id, cell } }, () => this.endAccountSessions(signInSessionId, userId));
    await this.directory.call('sign_out_carried', signInSessionId, id);
  }

  /** Nothing has to be allowed here: a session only ever ends itself. */
  private async endAccountSessions(signInSessionId: string, userId: string): Promise<void> {
    await this.work.run(
      async () => {
        // not overtaken by the commands of whoever signs out
        await this.work.require().lock(personLock(userId), 'alone');
        const open = await this.accountSessions.find({ signInSessionId, endedAt: IsNull() });
        await this.accountSessions.update({ signInSessionId, endedAt: IsNull() }, { endedAt: new Date() });
        for (const { id } of open) {
          await this.trail.record({
            category: 'session',
            action: 'session.end',
            resource: { type: 'account_session', id },
          });
        }
        if (!open.length) this.work.require().nothingHappened();
      },
      async () => undefined,
    );
  }
}
