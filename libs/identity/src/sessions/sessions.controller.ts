import { Body, Controller, Post, Req } from '@nestjs/common';
import { Endpoint, originOf, Resource, UnauthenticatedError } from '#libs/http';
import type { FastifyRequest } from 'fastify';
import { Factors } from '../factors/factors.service.js';
import { BotChallenge } from '../throttling/bot-challenge.port.js';
import { AccessTokens } from '../tokens/access-tokens.service.js';
import { SignIns } from './sign-ins.service.js';
import { TokenRenewal } from './token-renewal.service.js';
import { ChallengeRefusedError, ChallengeUnavailableError, SignInRefusedError } from '../identity.errors.js';
import { RefreshedView, SignInView } from './sessions.views.js';
import { RefreshBody, SignInBody } from './sessions.bodies.js';
import { SESSION, SIGN_IN } from '../identity.acts.js';

@Resource('sessions', 'Signing a program in with email and password, and renewing its tokens.')
@Controller('v1')
export class SessionsController {
  constructor(
    private readonly challenge: BotChallenge,
    private readonly signIns: SignIns,
    private readonly renewal: TokenRenewal,
    private readonly factors: Factors,
    private readonly tokens: AccessTokens,
  ) {}

  @Post('sessions')
  @Endpoint({
    summary: 'Sign a program in with email and password',
    scope: 'public',
    records: SIGN_IN.accepted,
    reason: 'signing in creates the tokens',
    returns: SignInView,
    status: 201,
    idempotency: { none: 'Answers with tokens are not stored. A repetition is another sign-in.' },
    refuses: [SignInRefusedError, ChallengeRefusedError, ChallengeUnavailableError],
  })
  async signIn(
    @Body() { email, password, challenge }: SignInBody,
    @Req() request: FastifyRequest,
  ): Promise<SignInView> {
    const source = { requestId: request.id, origin: originOf(request) };
    await this.challenge.check(challenge, source.origin.address);
    const user = await this.signIns.authenticate(email, password, source);
    const { principal, refreshToken } = await this.signIns.openForProgram(user, source);
    return {
      ...this.tokens.issue(principal),
      token_type: 'Bearer',
      refresh_token: refreshToken,
      user,
      second_factors: await this.factors.methods(user.id),
    };
  }

  @Post('sessions/refresh')
  @Endpoint({
    summary: 'Exchange a refresh token for a new access token and a new refresh token',
    scope: 'public',
    records: SESSION.renew,
    reason: 'the refresh token is the credential',
    returns: RefreshedView,
    status: 201,
    idempotency: {
      none: 'A refresh token can be used once. A repetition soon after gets the same successor; a later one ends the sign-in.',
    },
    refuses: [UnauthenticatedError],
  })
  async refresh(@Body() { refresh_token: given }: RefreshBody, @Req() request: FastifyRequest): Promise<RefreshedView> {
    const source = { requestId: request.id, origin: originOf(request) };
    const { token, refreshToken } = await this.renewal.forProgram(given, source);
    return { ...token, token_type: 'Bearer', refresh_token: refreshToken };
  }
}
