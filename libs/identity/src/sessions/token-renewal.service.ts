import { Inject, Injectable } from '@nestjs/common';
import { type EventSource, PlatformTrail } from '#libs/audit';
import { newId, type SessionSettings, type Assurance } from '#libs/context';
import { Directory, type DirectoryRow } from '#libs/database';
import { UnauthenticatedError } from '#libs/http';
import type { IssuedToken } from '../tokens/access-tokens.service.js';
import { RefreshTokens } from '../tokens/refresh-tokens.service.js';
import { hashOf } from '../tokens/token-hash.js';
import { SESSION_SETTINGS } from './account-sessions.service.js';
import { type SignedInClient, PlaceTokens } from './place-tokens.service.js';
import type { SessionCookie } from './session-cookie.service.js';
import { Sessions } from './sessions.service.js';
import { REFRESH_TOKEN } from '../identity.acts.js';

/** An answer can be lost on its way: for so long, the token before the newest gets the newest again. */
const GRACE_SECONDS = 5;
const MAX_TABS = 60;

type ClientRow = Omit<DirectoryRow<'renew_tab'>, 'client_id'>;

/** Gives tabs and programs a fresh access token for the place where they stand. Entering a place is another matter. */
@Injectable()
export class TokenRenewal {
  constructor(
    private readonly directory: Directory,
    private readonly refreshTokens: RefreshTokens,
    private readonly places: PlaceTokens,
    private readonly sessions: Sessions,
    private readonly trail: PlatformTrail,
    @Inject(SESSION_SETTINGS) private readonly settings: SessionSettings,
  ) {}

  /**
   * A token for a tab of a browser, which is known by its id from now on.
   *
   * @throws {UnauthenticatedError} where the cookie's session does not count any more.
   */
  async forTab({ sessionId, value }: SessionCookie, tabId: string): Promise<IssuedToken> {
    const [row] = await this.directory.call('renew_tab', {
      sessionId,
      withCookieHash: hashOf(value),
      wantedTab: tabId,
      newClient: newId(),
      idleSeconds: this.settings.idleSeconds,
      mostTabs: MAX_TABS,
    });
    if (!row) throw new UnauthenticatedError();
    return this.places.tokenFor(signedInClient(row, sessionId, row.client_id));
  }

  /**
   * A token for a program, and the refresh token that takes the place of the one it came with. Of many uses of one token at
   * once every one gets the same successor; any use of an older one ends the sign-in (RFC 9700 §4.14.2).
   *
   * @throws {UnauthenticatedError} for every reason alike.
   */
  async forProgram(
    refreshToken: string,
    source: EventSource,
  ): Promise<{ readonly token: IssuedToken; readonly refreshToken: string }> {
    const clientId = this.refreshTokens.clientOf(refreshToken);
    if (!clientId) throw new UnauthenticatedError();
    const successor = this.refreshTokens.after(refreshToken);
    const [row] = await this.directory.call('rotate_refresh_token', {
      wantedClient: clientId,
      presentedHash: hashOf(refreshToken),
      successorHash: hashOf(successor),
      graceSeconds: GRACE_SECONDS,
      idleSeconds: this.settings.idleSeconds,
    });
    if (!row) throw new UnauthenticatedError();
    const { outcome, user_id: userId, sign_in_session_id: signInSessionId } = row;
    if (outcome === 'reused') {
      const refusal = { outcome: 'denied', reason: 'unauthenticated' } as const;
      const reused = { ...REFRESH_TOKEN.reused, userId, byThem: false, refusal } as const;
      await this.trail.record({ ...reused, details: { sign_in_session_id: signInSessionId } }, source);
      await this.sessions.carryOf(userId);
      throw new UnauthenticatedError();
    }
    const token = await this.places.tokenFor(signedInClient(row, signInSessionId, clientId));
    return { token, refreshToken: successor };
  }
}

function signedInClient(row: ClientRow, signInSessionId: string, clientId: string): SignedInClient {
  const { account_id: id, cell, account_session_id: sessionId } = row;
  const at = Math.floor(row.authenticated_at.getTime() / 1_000);
  return {
    userId: row.user_id,
    signInSessionId,
    clientId,
    assurance: { level: row.level as Assurance['level'], methods: row.methods, at },
    expiresAt: row.expires_at,
    account: id && cell && sessionId ? { id, cell, sessionId } : undefined,
  };
}
