import { Body, Controller, Delete, Get, Post, Req, Res } from '@nestjs/common';
import { newId } from '#libs/context';
import { Endpoint, originOf, UnauthenticatedError, Resource } from '#libs/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ContendedError, DatabaseBusyError, DatabaseUnavailableError } from '#libs/database';
import { Factors } from '../factors/factors.service.js';
import { BotChallenge } from '../throttling/bot-challenge.port.js';
import { BrowserSessions } from './browser-sessions.service.js';
import { SessionCookies } from './session-cookie.service.js';
import { SignInBody } from './sessions.bodies.js';
import { SignOutView } from './sessions.views.js';
import { TokenRenewal } from './token-renewal.service.js';
import {
  ChallengeRefusedError,
  ChallengeUnavailableError,
  CsrfRefusedError,
  SignInRefusedError,
} from '../identity.errors.js';
import { BrowserSessionView, TabView } from './browser-sessions.views.js';
import { TabBody } from './browser-sessions.bodies.js';
import { SESSION, SIGN_IN } from '../identity.acts.js';

const REASON = 'the cookie is the credential';

/** What a browser does with its cookie, which is little: sign in, get a token for a tab, sign out. */
@Resource('browserSessions', 'The session of a browser: a cookie that gets access tokens for tabs, and nothing else.')
@Controller('v1/browser-sessions')
export class BrowserSessionsController {
  constructor(
    private readonly challenge: BotChallenge,
    private readonly sessions: BrowserSessions,
    private readonly cookies: SessionCookies,
    private readonly renewal: TokenRenewal,
    private readonly factors: Factors,
  ) {}

  @Post()
  @Endpoint({
    summary: 'Sign a browser in with email and password; sets its cookie',
    scope: 'public',
    records: SIGN_IN.accepted,
    reason: 'signing in creates the cookie',
    returns: BrowserSessionView,
    status: 201,
    idempotency: { none: 'Answers with tokens are not stored. A repetition is another sign-in.' },
    refuses: [SignInRefusedError, ChallengeRefusedError, ChallengeUnavailableError],
    setsCookie: true,
  })
  async signIn(
    @Body() { email, password, challenge }: SignInBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BrowserSessionView> {
    const source = { requestId: request.id, origin: originOf(request) };
    await this.challenge.check(challenge, source.origin.address);
    const { user, cookie } = await this.sessions.signIn({ email, password }, this.cookies.of(request), source);
    this.cookies.give(reply, cookie);
    return {
      user,
      csrf_token: this.cookies.csrfToken(cookie),
      second_factors: await this.factors.methods(user.id),
    };
  }

  @Get('current')
  @Endpoint({
    summary: 'Show the signed-in person and the CSRF token',
    scope: 'public',
    reason: REASON,
    cookie: 'alone',
    returns: BrowserSessionView,
    refuses: [UnauthenticatedError, DatabaseUnavailableError, DatabaseBusyError, ContendedError],
  })
  async current(@Req() request: FastifyRequest): Promise<BrowserSessionView> {
    const cookie = this.cookies.of(request);
    const user = cookie && (await this.sessions.ownerOf(cookie));
    if (!cookie || !user) throw new UnauthenticatedError();
    return {
      user,
      csrf_token: this.cookies.csrfToken(cookie),
      second_factors: await this.factors.methods(user.id),
    };
  }

  @Post('current/tabs')
  @Endpoint({
    summary: 'Get a new access token for a tab',
    scope: 'public',
    records: SESSION.renew,
    reason: REASON,
    cookie: 'with CSRF token',
    returns: TabView,
    status: 201,
    idempotency: { none: 'Answers with tokens are not stored. A repetition returns another token for the same place.' },
    refuses: [UnauthenticatedError, CsrfRefusedError],
  })
  async openTab(@Body() { tab_id: tabId = newId() }: TabBody, @Req() request: FastifyRequest): Promise<TabView> {
    const token = await this.renewal.forTab(this.cookies.require(request), tabId);
    return { ...token, token_type: 'Bearer', tab_id: tabId };
  }

  @Delete('current')
  @Endpoint({
    summary: 'Sign the browser out, with all its tabs',
    scope: 'public',
    records: SIGN_IN.ended,
    reason: REASON,
    cookie: 'with CSRF token',
    returns: SignOutView,
    refuses: [UnauthenticatedError, CsrfRefusedError],
    setsCookie: true,
  })
  async signOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<SignOutView> {
    const source = { requestId: request.id, origin: originOf(request) };
    const pending_cells = await this.sessions.signOut(this.cookies.require(request), source);
    this.cookies.clear(reply);
    return { pending_cells };
  }
}
