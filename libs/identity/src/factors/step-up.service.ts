import { Injectable } from '@nestjs/common';
import type { Assurance } from '#libs/context';
import { Directory } from '#libs/database';
import { UnauthenticatedError } from '#libs/http';
import type { Principal } from '#libs/access';
import type { FastifyReply } from 'fastify';
import { SessionCookies } from '../sessions/session-cookie.service.js';
import type { Proof } from '../sessions/sign-ins.service.js';
import { AccessTokens, type IssuedToken } from '../tokens/access-tokens.service.js';
import { RefreshTokens } from '../tokens/refresh-tokens.service.js';
import { hashOf } from '../tokens/token-hash.js';

/** One more proof of a person who is signed in. */
export interface FurtherProof extends Proof {
  /** Whether it came by mail, which is no proof after a password did. Default false. */
  readonly byMail?: boolean;
}

/** What takes the place of everything that the client held before its proof. */
export interface RaisedToken extends IssuedToken {
  readonly token_type: 'Bearer';
  /** Of a program. */
  readonly refresh_token?: string;
  /** Of a browser, whose cookie has been replaced. */
  readonly csrf_token?: string;
}

/** Raises a session by one more proof, and gives a token that says so, for the place where the client stands. */
@Injectable()
export class StepUp {
  constructor(
    private readonly directory: Directory,
    private readonly tokens: AccessTokens,
    private readonly refreshTokens: RefreshTokens,
    private readonly cookies: SessionCookies,
  ) {}

  /**
   * Raises the session. The cookie of a browser and the refresh token of a program are replaced, so that a copy of the one before
   * is not raised along.
   *
   * @param reply gets the new cookie.
   * @throws {UnauthenticatedError} where the sign-in has ended meanwhile.
   */
  async raise(
    principal: Principal,
    { methods, level, byMail = false }: FurtherProof,
    reply: FastifyReply,
  ): Promise<RaisedToken> {
    const { signInSessionId, userId, clientId } = principal;
    const cookie = this.cookies.make(signInSessionId);
    const refreshToken = this.refreshTokens.first(clientId);
    const [row] = await this.directory.call('raise_session', {
      sessionId: signInSessionId,
      ofUser: userId,
      withMethods: methods,
      toLevel: level,
      byMail,
      newCookieHash: hashOf(cookie.value),
      ofClient: clientId,
      newRefreshHash: hashOf(refreshToken),
    });
    if (!row) throw new UnauthenticatedError();
    const assurance = {
      level: row.level as Assurance['level'],
      methods: row.methods,
      at: seconds(row.authenticated_at),
    };
    const token = { ...this.tokens.issue({ ...principal, assurance }), token_type: 'Bearer' } as const;
    if (row.kind === 'program') return { ...token, refresh_token: refreshToken };
    this.cookies.give(reply, cookie);
    return { ...token, csrf_token: this.cookies.csrfToken(cookie) };
  }
}

function seconds(moment: Date): number {
  return Math.floor(moment.getTime() / 1_000);
}
