import { Injectable, Logger } from '@nestjs/common';
import { PlatformTrail } from '#libs/audit';
import { ContextStore, NotFoundError, type RequestContext } from '#libs/context';
import { Directory, personLock, UnitOfWork, type DirectoryRow } from '#libs/database';
import { type Principal, SignInSessions } from '#libs/access';
import { AccountSessions } from './account-sessions.service.js';
import { SIGN_IN } from '../identity.acts.js';

/** A sign-out that a cell has not heard of yet. */
export interface PendingSignOut {
  readonly sign_in_session_id: string;
  readonly account_id: string;
  readonly user_id: string;
  readonly cell: string;
}

/** A device or a program that a person is signed in on. */
export interface SignInSession extends DirectoryRow<'sign_in_sessions_of_user'> {
  readonly kind: 'browser' | 'program';
}

/** Sign-in sessions in the directory, and their end in every cell. */
@Injectable()
export class Sessions extends SignInSessions {
  private readonly logger = new Logger('sessions');

  constructor(
    private readonly directory: Directory,
    private readonly contexts: ContextStore,
    private readonly work: UnitOfWork,
    private readonly accountSessions: AccountSessions,
    private readonly trail: PlatformTrail,
  ) {
    super();
  }

  /** When the sign-in session of a principal ends; null where it does not count any more. */
  expiryOf({ signInSessionId, userId }: Principal): Promise<Date | null> {
    return this.directory.call('sign_in_session_expiry', { sessionId: signInSessionId, ofUser: userId });
  }

  /** Where a person is signed in, the newest first. */
  async list(userId: string): Promise<SignInSession[]> {
    return (await this.directory.call('sign_in_sessions_of_user', { ofUser: userId })) as SignInSession[];
  }

  /**
   * Ends a sign-in session of the person of the context and every account session under it.
   *
   * @returns names of the cells that have not heard yet; they will.
   * @throws {NotFoundError} where it is not theirs or has ended.
   */
  async end(signInSessionId: string, context: RequestContext): Promise<string[]> {
    const { userId } = context.requireUser('A sign-out');
    const details = { sign_in_session_id: signInSessionId };
    const done = await this.trail.perform(
      ['end_sign_in_session', { sessionId: signInSessionId, ofUser: userId }],
      context,
      () => ({
        event: { ...SIGN_IN.ended, userId, details },
      }),
    );
    if (!done) throw new NotFoundError();
    return this.carryOf(userId);
  }

  /**
   * Ends every sign-in session of a person but one.
   *
   * @param kept null ends all.
   * @returns names of the cells that have not heard yet.
   */
  async endOthers(userId: string, kept: string | null, source: Pick<RequestContext, 'requestId' | 'origin'>) {
    await this.trail.record({ ...SIGN_IN.others_ended, userId }, source, [
      ['end_other_sign_in_sessions', { ofUser: userId, kept }],
    ]);
    return this.carryOf(userId);
  }

  /** Carries what is left of one person's sign-outs. @returns names of the cells that have not heard yet. */
  async carryOf(userId: string): Promise<string[]> {
    const late = await this.carrySignOuts(userId);
    return [...new Set(late.map(({ cell }) => cell))];
  }

  /**
   * Carries sign-outs to the cells that have not heard of them: those of one person, or without one, now and then, a few
   * hundred of whatever is left.
   *
   * @returns those that could not be carried; they are kept.
   */
  async carrySignOuts(ofUser: string | null = null): Promise<PendingSignOut[]> {
    const pending = await this.directory.call('list_pending_sign_outs', { ofUser, most: 200 });
    const outcomes = await Promise.all(pending.map((signOut) => this.tryToCarry(signOut)));
    return pending.filter((_, index) => !outcomes[index]);
  }

  private async tryToCarry(signOut: PendingSignOut): Promise<boolean> {
    try {
      await this.carry(signOut);
      return true;
    } catch (error) {
      this.logger.warn(`A sign-out has not reached its cell yet: ${error}`);
      await this.directory.call('sign_out_tried', {
        sessionId: signOut.sign_in_session_id,
        toAccount: signOut.account_id,
      });
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
    await this.directory.call('sign_out_carried', { sessionId: signInSessionId, toAccount: id });
  }

  private async endAccountSessions(signInSessionId: string, userId: string): Promise<void> {
    await this.work.runWithoutAuthorization(
      'a sign-out ends nothing but the sessions of the person who signs out',
      async () => {
        // not overtaken by the commands of whoever signs out
        await this.work.require().lock(personLock(userId), 'alone');
        await this.accountSessions.endUnder(signInSessionId);
      },
    );
  }
}
