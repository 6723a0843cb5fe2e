import { Body, Controller, Post, Req } from '@nestjs/common';
import {
  Choice,
  Endpoint,
  Nested,
  originOf,
  Text,
  Texts,
  Uuid,
  Whole,
  Resource,
  UnauthenticatedError,
} from '#libs/http';
import type { FastifyRequest } from 'fastify';
import { Factors } from '../factors/factors.service.js';
import { BotChallenge } from '../throttling/bot-challenge.port.js';
import { AccessTokens } from '../tokens/access-tokens.service.js';
import { SignIns } from './sign-ins.service.js';
import { TokenRenewal } from './token-renewal.service.js';
import { ChallengeRefusedError, ChallengeUnavailableError, SignInRefusedError } from '../identity.errors.js';

/** Address and password of whoever signs in. */
export class SignInBody {
  @Text({ max: 320, example: 'olivia@northlight.example' })
  email!: string;
  @Text({ max: 1_024, multiline: true })
  password!: string;
  @Text({
    max: 2_048,
    optional: true,
    description: 'What the challenge on the page gave, where the installation has one',
  })
  challenge?: string;
}

/** A person as they see themselves. */
export class UserView {
  @Uuid()
  id!: string;
  @Text({ max: 100 })
  name!: string;
  @Text({ max: 320 })
  email!: string;
}

/** The answer of whatever gives out a token: signing in, entering an account, entering a workspace. */
export class TokenView {
  @Text({ max: 4000, description: 'Send it as: Authorization: Bearer …' })
  access_token!: string;
  @Choice(['Bearer'])
  token_type!: 'Bearer';
  @Whole({ min: 1, max: 3_600, description: 'Seconds; the session behind it can end sooner' })
  expires_in!: number;
  @Uuid({ nullable: true, description: 'The account that it is for; null before one was entered' })
  account_id!: string | null;
  @Uuid({ nullable: true, description: 'The workspace that it is for; null before one was entered' })
  workspace_id!: string | null;
}

/** What takes the place of everything that a client held before it proved once more who it is. */
export class RaisedView extends TokenView {
  @Text({ max: 200, optional: true, description: 'Of a program; the one before is dead' })
  refresh_token?: string;
  @Text({ max: 100, optional: true, description: 'Of a browser, whose cookie was replaced; send it as X-CSRF-Token' })
  csrf_token?: string;
}

class RefreshedView extends TokenView {
  @Text({ max: 200, description: 'Good once: POST /v1/sessions/refresh' })
  refresh_token!: string;
}

class SignInView extends RefreshedView {
  @Texts({
    description: 'How to prove a second time who one is: POST /v1/me/second-factor; none where one has no factor',
  })
  second_factors!: string[];
  @Nested(() => UserView)
  user!: UserView;
}

class RefreshBody {
  @Text({ max: 200, description: 'The newest one that you were given' })
  refresh_token!: string;
}

/** Which cells have not heard of a sign-out. */
export class SignOutView {
  @Texts({ description: 'Cells that have not heard of it yet; they will' })
  pending_cells!: string[];
}

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
    summary: 'Sign a program in with address and password',
    scope: 'public',
    records: ['authentication', 'sign_in.accepted'],
    reason: 'it is where tokens come from',
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
    summary: 'Get a fresh access token for a refresh token, which is spent by that',
    scope: 'public',
    records: ['session', 'session.renew'],
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
