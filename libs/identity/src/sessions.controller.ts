import { Body, Controller, Delete, Get, Post, Req } from '@nestjs/common';
import { ContextStore } from '#libs/context';
import { Choice, Endpoint, Nested, originOf, Text, Texts, UnauthenticatedError, Uuid, Whole } from '#libs/http';
import type { FastifyRequest } from 'fastify';
import { AccessTokens } from './access-tokens.service.js';
import { Sessions } from './sessions.service.js';
import { Users } from './users.service.js';

class SignInBody {
  @Text({ max: 320, example: 'olivia@northlight.example' })
  email!: string;
  @Text({ max: 256 })
  password!: string;
}

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
  @Whole({ min: 1, max: 86_400, description: 'Seconds; the session behind it can end sooner' })
  expires_in!: number;
}

class SignInView extends TokenView {
  @Nested(() => UserView)
  user!: UserView;
}

class SignOutView {
  @Texts({ description: 'Cells that have not heard of it yet; they will' })
  pending_cells!: string[];
}

@Controller('v1')
export class SessionsController {
  constructor(
    private readonly sessions: Sessions,
    private readonly users: Users,
    private readonly tokens: AccessTokens,
    private readonly contexts: ContextStore,
  ) {}

  @Post('sessions')
  @Endpoint({
    summary: 'Sign in with address and password',
    scope: 'public',
    reason: 'it is where tokens come from',
    returns: SignInView,
    status: 201,
  })
  async signIn(@Body() { email, password }: SignInBody, @Req() request: FastifyRequest): Promise<SignInView> {
    const { principal, user } = await this.sessions.signIn(email, password, originOf(request), request.id);
    return { ...this.tokens.issue(principal), token_type: 'Bearer', user };
  }

  @Delete('sessions/current')
  @Endpoint({ summary: 'Sign out, everywhere under this sign-in', scope: 'user', returns: SignOutView })
  async signOut(): Promise<SignOutView> {
    return { pending_cells: await this.sessions.signOut(this.contexts.require()) };
  }

  @Get('me')
  @Endpoint({ summary: 'Show who is signed in', scope: 'user', returns: UserView })
  async me(): Promise<UserView> {
    const user = await this.users.find(this.contexts.require().userId ?? '');
    if (!user) throw new UnauthenticatedError();
    return user;
  }
}
