import { createHmac, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { isUuid } from '#libs/context';
import { UnauthenticatedError } from '#libs/http';
import { parse, serialize } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CREDENTIAL_KEY } from '../tokens/refresh-tokens.service.js';
import { CsrfRefusedError } from '../identity.errors.js';

/**
 * Its prefix makes browsers refuse it without Secure and Path=/, or with a Domain (RFC 6265bis §4.1.3.2): no other host,
 * and no page without TLS, can set it.
 */
const NAME = '__Host-bulkhead';
const RULES = { path: '/', secure: true, httpOnly: true, sameSite: 'strict' } as const;

/** The cookie of a browser: which session, and the secret that proves it. */
export interface SessionCookie {
  readonly sessionId: string;
  /** The whole value, of which the directory keeps a hash. */
  readonly value: string;
}

/**
 * The one cookie that a browser holds, and the CSRF token that goes with it. It only ever gets access tokens: whatever else is
 * asked of the API needs one of those. A page elsewhere can make a browser send the cookie, and neither read the CSRF token
 * nor set the header it goes in.
 *
 * @guard
 */
@Injectable()
export class SessionCookies {
  constructor(@Inject(CREDENTIAL_KEY) private readonly key: KeyObject) {}

  /** A cookie for a new session. */
  make(sessionId: string): SessionCookie {
    return { sessionId, value: `${sessionId}.${randomBytes(32).toString('base64url')}` };
  }

  /** Gives a browser its cookie; without an age it ends with the browser, and the session behind it sooner. */
  give(reply: FastifyReply, { value }: SessionCookie): void {
    reply.header('Set-Cookie', serialize(NAME, value, RULES));
  }

  /** Takes the cookie back. */
  clear(reply: FastifyReply): void {
    reply.header('Set-Cookie', serialize(NAME, '', { ...RULES, expires: new Date(0) }));
  }

  /** The cookie of a request, unverified; undefined where it has none of ours. */
  of(request: FastifyRequest): SessionCookie | undefined {
    const value = parse(request.headers.cookie ?? '')[NAME];
    const [sessionId, secret] = value?.split('.') ?? [];
    return value && secret && isUuid(sessionId) ? { sessionId, value } : undefined;
  }

  /** The CSRF token of a session: a MAC of its cookie (OWASP: HMAC-based token pattern). */
  csrfToken({ value }: SessionCookie): string {
    return createHmac('sha256', this.key).update(`csrf:${value}`).digest('base64url');
  }

  /**
   * The cookie of a request that does something.
   *
   * @throws {UnauthenticatedError} without cookie.
   * @throws {CsrfRefusedError} without its CSRF token in `X-CSRF-Token`.
   */
  require(request: FastifyRequest): SessionCookie {
    const cookie = this.of(request);
    if (!cookie) throw new UnauthenticatedError();
    const given = String(request.headers['x-csrf-token'] ?? '');
    const [sent, expected] = [Buffer.from(given), Buffer.from(this.csrfToken(cookie))];
    if (sent.length !== expected.length || !timingSafeEqual(sent, expected)) throw new CsrfRefusedError();
    return cookie;
  }
}
