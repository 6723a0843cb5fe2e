import { Body, Controller, Delete, Post, Req, Res } from '@nestjs/common';
import { ContextStore } from '#libs/context';
import { Endpoint, originOf, Resource } from '#libs/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { assertFresh, type Principal, StepUpNeededError } from '#libs/access';
import { FreshProof } from '../factors/fresh-proof.service.js';
import { StepUp } from '../factors/step-up.service.js';
import { CurrentPrincipal } from '../tokens/current-principal.decorator.js';
import { RaisedView, SignOutView } from '../sessions/sessions.views.js';
import { PasswordChanges } from './password-changes.service.js';
import { MailedTokenRefusedError, PasskeyMissingError, WrongPasswordError } from '../identity.errors.js';
import { PasswordChangeBody, ReauthenticationBody, ResetBody, ResetRequestBody } from './passwords.bodies.js';
import { PASSWORD } from '../identity.acts.js';

@Resource('passwords', 'Changing, resetting, proving and removing a password.')
@Controller('v1')
export class PasswordsController {
  constructor(
    private readonly changes: PasswordChanges,
    private readonly proof: FreshProof,
    private readonly stepUp: StepUp,
    private readonly contexts: ContextStore,
  ) {}

  @Post('password-resets')
  @Endpoint({
    summary: 'Request a password reset by email; the answer is the same for every email',
    scope: 'public',
    records: PASSWORD.reset_requested,
    reason: 'people who have lost their password cannot sign in',
    status: 202,
    idempotency: { none: 'A repetition sends another mail, within the limits of mails.' },
  })
  async request(@Body() { email }: ResetRequestBody, @Req() request: FastifyRequest): Promise<void> {
    await this.changes.requestReset(email, { requestId: request.id, origin: originOf(request) });
  }

  @Post('password-resets/complete')
  @Endpoint({
    summary: 'Reset the password with the token of the email; ends every sign-in',
    scope: 'public',
    records: PASSWORD.reset,
    reason: 'the token of the mail is the credential',
    returns: SignOutView,
    status: 200,
    idempotency: { none: 'The mailed token can be used once.' },
    refuses: [MailedTokenRefusedError],
  })
  async complete(
    @Body() { token, new_password: password }: ResetBody,
    @Req() request: FastifyRequest,
  ): Promise<SignOutView> {
    const source = { requestId: request.id, origin: originOf(request) };
    return { pending_cells: await this.changes.reset(token, password, source) };
  }

  @Post('me/reauthentication')
  @Endpoint({
    summary: 'Reauthenticate with the password',
    scope: 'user',
    records: PASSWORD.prove,
    returns: RaisedView,
    status: 201,
    idempotency: { none: 'Answers with tokens are not stored. A repetition is another proof.' },
    refuses: [WrongPasswordError],
    setsCookie: true,
  })
  async prove(
    @Body() { current_password: password }: ReauthenticationBody,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RaisedView> {
    await this.changes.assertRight(password, this.contexts.require());
    return this.stepUp.raise(principal, { methods: ['pwd'], level: 1 }, reply);
  }

  @Post('me/password')
  @Endpoint({
    summary: 'Change my password; ends my other sign-ins',
    scope: 'user',
    records: PASSWORD.change,
    returns: SignOutView,
    status: 200,
    idempotency: { none: 'The request needs the current password, so a repetition after the change is refused.' },
    refuses: [WrongPasswordError, StepUpNeededError],
  })
  async change(@Body() { current_password: current, new_password: next }: PasswordChangeBody): Promise<SignOutView> {
    const context = this.contexts.require();
    // a password that somebody found must not throw out whoever has a factor
    await this.proof.requireWhereThereIsAFactor();
    return { pending_cells: await this.changes.change(current, next, context) };
  }

  @Delete('me/password')
  @Endpoint({
    summary: 'Remove my password (requires a passkey)',
    scope: 'user',
    records: PASSWORD.remove,
    refuses: [StepUpNeededError, PasskeyMissingError],
  })
  async remove(): Promise<void> {
    const context = this.contexts.require();
    assertFresh(context, 2);
    await this.changes.remove(context);
  }
}
