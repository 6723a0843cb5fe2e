import { Inject, Injectable } from '@nestjs/common';
import { type EventSource, PlatformTrail, recordedOrigin } from '#libs/audit';
import { type Assurance, newId, type SessionSettings } from '#libs/context';
import { Directory } from '#libs/database';
import type { Principal } from '#libs/access';
import { Metrics } from '#libs/telemetry';
import { SignInRefusedError } from '../identity.errors.js';
import { hashOf } from '../tokens/token-hash.js';
import { RefreshTokens } from '../tokens/refresh-tokens.service.js';
import { emailKey } from '../users/email-address.js';
import { Passwords } from '../passwords/passwords.service.js';
import type { User } from '../users/users.service.js';
import { SignInLimits } from '../throttling/sign-in-limits.service.js';
import { SESSION_SETTINGS } from './account-sessions.service.js';
import { type SessionCookie, SessionCookies } from './session-cookie.service.js';
import { SIGN_IN } from '../identity.acts.js';

/** How a person has proved who they are: values of `amr` (RFC 8176), and 2 where a second factor was among it. */
export type Proof = Pick<Assurance, 'level' | 'methods'>;

const BY_PASSWORD: Proof = { level: 1, methods: ['pwd'] };

/** Opens sign-in sessions for people who prove who they are. */
@Injectable()
export class SignIns {
  constructor(
    private readonly directory: Directory,
    private readonly trail: PlatformTrail,
    private readonly passwords: Passwords,
    private readonly limits: SignInLimits,
    private readonly cookies: SessionCookies,
    private readonly refreshTokens: RefreshTokens,
    private readonly metrics: Metrics,
    @Inject(SESSION_SETTINGS) private readonly settings: SessionSettings,
  ) {}

  /**
   * Tells who has an address and a password.
   *
   * @throws {SignInRefusedError} for every reason alike, after the same work; the attempt is on the platform's trail.
   * @throws {TooManyRequestsError} where too many were wrong before; this one was not looked at.
   */
  async authenticate(email: string, password: string, source: EventSource): Promise<User> {
    await this.limits.begin(email, source);
    const [found] = await this.directory.call('find_credential', { wantedEmailKey: emailKey(email) });
    const right = await this.passwords.matches(found?.password_hash, password);
    if (!found || !right || found.status !== 'active') {
      const refused = {
        ...SIGN_IN.refused,
        userId: found?.user_id ?? null,
        byThem: false,
        refusal: { outcome: 'denied', reason: 'sign_in_refused' },
      } as const;
      await this.trail.record(refused, source);
      this.metrics.signIns.inc({ outcome: 'refused' });
      throw new SignInRefusedError();
    }
    await this.limits.succeeded(email, source);
    if (found.password_hash && this.passwords.isOutdated(found.password_hash)) {
      const anew = await this.passwords.hash(password);
      await this.directory.call('rehash_password', {
        ofUser: found.user_id,
        oldPasswordHash: found.password_hash,
        newPasswordHash: anew,
      });
    }
    return { id: found.user_id, name: found.name, email: found.email };
  }

  /** Opens the session of a program, which is one client and holds a refresh token. */
  async openForProgram(
    { id: userId }: User,
    source: EventSource,
    proof: Proof = BY_PASSWORD,
  ): Promise<{ readonly principal: Principal; readonly refreshToken: string }> {
    const [signInSessionId, clientId] = [newId(), newId()];
    const refreshToken = this.refreshTokens.first(clientId);
    await this.open({ signInSessionId, userId, proof, clientId, refreshHash: hashOf(refreshToken) }, source);
    const assurance = { ...proof, at: Math.floor(Date.now() / 1_000) };
    return { principal: { userId, signInSessionId, clientId, assurance }, refreshToken };
  }

  /** Opens the session of a browser, which is a cookie; its tabs come for tokens one by one. */
  async openForBrowser({ id: userId }: User, source: EventSource, proof: Proof = BY_PASSWORD): Promise<SessionCookie> {
    // a new id at every sign-in: nobody can have put the cookie there before
    const cookie = this.cookies.make(newId());
    await this.open({ signInSessionId: cookie.sessionId, userId, proof, cookieHash: hashOf(cookie.value) }, source);
    return cookie;
  }

  private async open(
    session: {
      readonly signInSessionId: string;
      readonly userId: string;
      readonly proof: Proof;
      readonly cookieHash?: Buffer;
      readonly clientId?: string;
      readonly refreshHash?: Buffer;
    },
    source: EventSource,
  ): Promise<void> {
    const { signInSessionId, userId, proof, cookieHash = null, clientId = null, refreshHash = null } = session;
    const { idleSeconds, mostSeconds } = this.settings;
    const accepted = { ...SIGN_IN.accepted, userId } as const;
    const { address, userAgent } = recordedOrigin(source.origin);
    await this.trail.record(accepted, source, [
      // before the session is there, which would be one with this user agent
      ['notice_new_device', { newId: newId(), ofUser: userId, fromAddress: address, withAgent: userAgent }],
      [
        'open_sign_in_session',
        {
          newId: signInSessionId,
          forUser: userId,
          newCookieHash: cookieHash,
          newClient: clientId,
          newRefreshHash: refreshHash,
          withMethods: proof.methods,
          withLevel: proof.level,
          idleSeconds,
          mostSeconds,
          fromAddress: address,
          fromUserAgent: userAgent,
        },
      ],
    ]);
    this.metrics.signIns.inc({ outcome: 'accepted' });
  }
}
