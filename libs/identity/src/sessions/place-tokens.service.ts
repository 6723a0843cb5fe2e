import { Inject, Injectable, Logger } from '@nestjs/common';
import { type AccountPlace, type Assurance, ContextStore, type SessionSettings } from '#libs/context';
import { UnitOfWork } from '#libs/database';
import { AccessTokens, type IssuedToken } from '../tokens/access-tokens.service.js';
import { AccountSessions, SESSION_SETTINGS } from './account-sessions.service.js';

/** A client whose sign-in is alive, and where it stands. */
export interface SignedInClient {
  readonly userId: string;
  readonly signInSessionId: string;
  readonly clientId: string;
  readonly assurance: Assurance;
  /** When its sign-in ends if it is not used. */
  readonly expiresAt: Date;
  /** Undefined until it has entered an account. */
  readonly account: (AccountPlace & { readonly sessionId: string }) | undefined;
}

/** Access tokens for the place where a client stands, whose session is prolonged by that. */
@Injectable()
export class PlaceTokens {
  private readonly logger = new Logger('sessions');

  constructor(
    private readonly contexts: ContextStore,
    private readonly work: UnitOfWork,
    private readonly tokens: AccessTokens,
    private readonly accountSessions: AccountSessions,
    @Inject(SESSION_SETTINGS) private readonly settings: SessionSettings,
  ) {}

  /** A token for the account and the workspace that were entered; for no account where that session has ended meanwhile. */
  async tokenFor({ account, expiresAt, ...who }: SignedInClient): Promise<IssuedToken> {
    const idle = { expiresAt, idleSeconds: this.settings.idleSeconds };
    if (!account) return this.tokens.issue(who, idle);
    const { sessionId, ...place } = account;
    const actor = { kind: 'user', ...who, accountSessionId: sessionId } as const;
    try {
      const session = await this.contexts.runAs({ actor, account: place }, () =>
        this.work.runWithoutAuthorization(
          'the statement that prolongs a session asks whether session, member and account count',
          () => this.accountSessions.renew(sessionId, { id: who.signInSessionId, expiresAt }),
        ),
      );
      // it ended meanwhile: the person is signed in, and enters an account again
      if (!session) return this.tokens.issue(who, idle);
      const { workspaceId } = session;
      return this.tokens.issue({ ...who, account, ...(workspaceId && { workspaceId }) }, session);
    } catch (error) {
      // the refresh token has been spent by now: a cell that does not answer must not cost the sign-in
      this.logger.warn(`A session could not be prolonged in its cell: ${error}`);
      return this.tokens.issue({ ...who, account }, idle);
    }
  }
}
