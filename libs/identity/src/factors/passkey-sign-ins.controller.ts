import { Body, Controller, Post, Req, Res } from '@nestjs/common';
import type { EventSource } from '#libs/audit';
import { Endpoint, originOf, Resource } from '#libs/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrowserSessionView } from '../sessions/browser-sessions.views.js';
import { SessionCookies } from '../sessions/session-cookie.service.js';
import { SignIns } from '../sessions/sign-ins.service.js';
import { BrowserSessions } from '../sessions/browser-sessions.service.js';
import { ChallengeView } from './factors.views.js';
import { SignedBody } from './factors.bodies.js';
import { Passkeys } from './passkeys.service.js';
import { CodeRefusedError } from '../identity.errors.js';
import { FACTOR, SIGN_IN } from '../identity.acts.js';

/** A passkey proves two things at once: that one has it, and that one can unlock it. */
const BY_PASSKEY = { methods: ['hwk', 'mfa', 'user'], level: 2 } as const;

/** Signing in without a password. */
@Resource('passkeySignIns', 'Signing in with a passkey, without a password.')
@Controller('v1')
export class PasskeySignInsController {
  constructor(
    private readonly passkeys: Passkeys,
    private readonly signIns: SignIns,
    private readonly browsers: BrowserSessions,
    private readonly cookies: SessionCookies,
  ) {}

  @Post('passkey-sign-ins/options')
  @Endpoint({
    summary: 'Get the options for signing in with a passkey',
    scope: 'public',
    records: FACTOR.challenge,
    reason: 'people sign in with it',
    returns: ChallengeView,
    status: 201,
    idempotency: { none: 'An unsigned challenge has no effect.' },
  })
  async begin(): Promise<ChallengeView> {
    const { id, options } = await this.passkeys.beginSignIn();
    return { challenge_id: id, options };
  }

  @Post('passkey-sign-ins')
  @Endpoint({
    summary: 'Sign a browser in with a passkey; sets its cookie',
    scope: 'public',
    records: SIGN_IN.accepted,
    reason: 'the passkey is the credential',
    returns: BrowserSessionView,
    status: 201,
    idempotency: { none: 'A challenge can be used once.' },
    refuses: [CodeRefusedError],
    setsCookie: true,
  })
  async signIn(
    @Body() { challenge, response }: SignedBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BrowserSessionView> {
    const source: EventSource = { requestId: request.id, origin: originOf(request) };
    const user = await this.passkeys.authenticate(challenge, response);
    await this.browsers.leave(this.cookies.of(request), source);
    const cookie = await this.signIns.openForBrowser(user, source, BY_PASSKEY);
    this.cookies.give(reply, cookie);
    return { user, csrf_token: this.cookies.csrfToken(cookie), second_factors: [] };
  }
}
