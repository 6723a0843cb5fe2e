import { Body, Controller, Delete, Get, Post, Req } from '@nestjs/common';
import { ContextStore, type RequestContext, type UserActor } from '#libs/context';
import {
  Choice,
  Endpoint,
  Flag,
  Moment,
  Nested,
  originOf,
  PathId,
  Text,
  Texts,
  UnauthenticatedError,
  Uuid,
  Whole,
} from '#libs/http';
import { assertFresh } from '#libs/roles';
import type { FastifyRequest } from 'fastify';
import { Factors } from '../factors/factors.service.js';
import { BotChallenge } from '../throttling/bot-challenge.port.js';
import { AccessTokens } from '../tokens/access-tokens.service.js';
import { Users } from '../users/users.service.js';
import { type SignInSession, Sessions } from './sessions.service.js';
import { SignIns } from './sign-ins.service.js';
import { TokenRenewal } from './token-renewal.service.js';

/** Address and password of whoever signs in. */
export class SignInBody {
  @Text({ max: 320, example: 'olivia@northlight.example' })
  email!: string;
  @Text({ max: 256 })
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

class SignInSessionView {
  @Uuid()
  id!: string;
  @Choice(['browser', 'program'])
  kind!: string;
  @Flag({ description: 'The one that asks' })
  current!: boolean;
  @Text({ max: 45, nullable: true, description: 'Network address that it was begun from' })
  address!: string | null;
  @Text({ max: 400, nullable: true })
  user_agent!: string | null;
  @Moment()
  started_at!: string;
  @Moment({ description: 'When a token was last given out under it' })
  last_used_at!: string;
  @Moment({ description: 'When it ends if it is not used' })
  expires_at!: string;
}

class SignInSessionsView {
  @Nested(() => SignInSessionView, { list: true })
  items!: SignInSessionView[];
}

@Controller('v1')
export class SessionsController {
  constructor(
    private readonly challenge: BotChallenge,
    private readonly signIns: SignIns,
    private readonly sessions: Sessions,
    private readonly renewal: TokenRenewal,
    private readonly users: Users,
    private readonly factors: Factors,
    private readonly tokens: AccessTokens,
    private readonly contexts: ContextStore,
  ) {}

  @Post('sessions')
  @Endpoint({
    summary: 'Sign a program in with address and password',
    scope: 'public',
    reason: 'it is where tokens come from',
    returns: SignInView,
    status: 201,
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
    reason: 'the refresh token is the credential',
    returns: RefreshedView,
    status: 201,
  })
  async refresh(@Body() { refresh_token: given }: RefreshBody, @Req() request: FastifyRequest): Promise<RefreshedView> {
    const source = { requestId: request.id, origin: originOf(request) };
    const { token, refreshToken } = await this.renewal.forProgram(given, source);
    return { ...token, token_type: 'Bearer', refresh_token: refreshToken };
  }

  @Delete('sessions/current')
  @Endpoint({ summary: 'Sign out, everywhere under this sign-in', scope: 'user', returns: SignOutView })
  async signOut(): Promise<SignOutView> {
    const context = this.contexts.require();
    return { pending_cells: await this.sessions.end((context.actor as UserActor).signInSessionId, context) };
  }

  @Get('me')
  @Endpoint({ summary: 'Show who is signed in', scope: 'user', returns: UserView })
  async me(): Promise<UserView> {
    const user = await this.users.find(this.contexts.require().userId ?? '');
    if (!user) throw new UnauthenticatedError();
    return user;
  }

  @Get('me/sessions')
  @Endpoint({ summary: 'List where I am signed in', scope: 'user', returns: SignInSessionsView })
  async list(): Promise<SignInSessionsView> {
    const { actor, userId } = this.contexts.require();
    const found = await this.sessions.list(userId ?? '');
    return { items: found.map((session) => view(session, (actor as UserActor).signInSessionId)) };
  }

  @Delete('me/sessions/:signInSessionId')
  @Endpoint({ summary: 'Sign out on one device', scope: 'user', returns: SignOutView })
  async end(@PathId('signInSessionId') id: string): Promise<SignOutView> {
    return { pending_cells: await this.sessions.end(id, await this.asOwner()) };
  }

  @Post('me/sessions/end-others')
  @Endpoint({ summary: 'Sign out everywhere else', scope: 'user', returns: SignOutView, status: 200 })
  async endOthers(): Promise<SignOutView> {
    const context = await this.asOwner();
    const { userId, signInSessionId } = context.actor as UserActor;
    return { pending_cells: await this.sessions.endOthers(userId, signInSessionId, context) };
  }

  /** The context, where whoever has a factor has proved it: a password that somebody found must not throw them out. */
  private async asOwner(): Promise<RequestContext> {
    const context = this.contexts.require();
    const { userId, assurance } = context.actor as UserActor;
    if (assurance?.level !== 2 && (await this.factors.hasAny(userId))) assertFresh(context, 2);
    return context;
  }
}

function view(session: SignInSession, current: string): SignInSessionView {
  const { started_at, last_used_at, expires_at, ...rest } = session;
  return {
    ...rest,
    current: session.id === current,
    started_at: started_at.toISOString(),
    last_used_at: last_used_at.toISOString(),
    expires_at: expires_at.toISOString(),
  };
}
