import { Controller, Delete, Get, Post } from '@nestjs/common';
import { ContextStore, type RequestContext } from '#libs/context';
import { Endpoint, PathId, UnauthenticatedError, Resource } from '#libs/http';
import { assertFresh, StepUpNeededError } from '#libs/access';
import { Factors } from '../factors/factors.service.js';
import { Users } from '../users/users.service.js';
import { SignOutView, UserView } from './sessions.views.js';
import { type SignInSession, Sessions } from './sessions.service.js';
import { SignInSessionView, SignInSessionsView } from './my-sessions.views.js';
import { SIGN_IN } from '../identity.acts.js';

@Resource('mySessions', 'The signed-in person and their sign-in sessions on all devices.')
@Controller('v1')
export class MySessionsController {
  constructor(
    private readonly sessions: Sessions,
    private readonly users: Users,
    private readonly factors: Factors,
    private readonly contexts: ContextStore,
  ) {}

  @Delete('sessions/current')
  @Endpoint({
    summary: 'Sign out of this sign-in, with everything entered from it',
    scope: 'user',
    records: SIGN_IN.ended,
    returns: SignOutView,
  })
  async signOut(): Promise<SignOutView> {
    const context = this.contexts.require();
    return { pending_cells: await this.sessions.end(context.requireUser().signInSessionId, context) };
  }

  @Get('me')
  @Endpoint({ summary: 'Show the signed-in person', scope: 'user', returns: UserView })
  async me(): Promise<UserView> {
    const user = await this.users.find(this.contexts.requireUser().userId);
    if (!user) throw new UnauthenticatedError();
    return user;
  }

  @Get('me/sessions')
  @Endpoint({ summary: 'List my sign-in sessions', scope: 'user', returns: SignInSessionsView })
  async list(): Promise<SignInSessionsView> {
    const { userId, signInSessionId } = this.contexts.requireUser();
    const found = await this.sessions.list(userId);
    return { items: found.map((session) => view(session, signInSessionId)) };
  }

  @Delete('me/sessions/:signInSessionId')
  @Endpoint({
    summary: 'End one of my sign-in sessions',
    scope: 'user',
    records: SIGN_IN.ended,
    returns: SignOutView,
  })
  async end(@PathId('signInSessionId') id: string): Promise<SignOutView> {
    return { pending_cells: await this.sessions.end(id, await this.asOwner()) };
  }

  @Post('me/sessions/end-others')
  @Endpoint({
    summary: 'End all my other sign-in sessions',
    scope: 'user',
    records: SIGN_IN.others_ended,
    returns: SignOutView,
    status: 200,
    idempotency: { none: 'A repetition finds nothing to end.' },
    refuses: [StepUpNeededError],
  })
  async endOthers(): Promise<SignOutView> {
    const context = await this.asOwner();
    const { userId, signInSessionId } = context.requireUser();
    return { pending_cells: await this.sessions.endOthers(userId, signInSessionId, context) };
  }

  /** The context, where whoever has a factor has proved it: a password that somebody found must not throw them out. */
  private async asOwner(): Promise<RequestContext> {
    const context = this.contexts.require();
    const { userId, assurance } = context.requireUser();
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
