import { Body, Controller, Post, Req } from '@nestjs/common';
import { Endpoint, originOf, Resource } from '#libs/http';
import { EmailTakenError, MailedTokenRefusedError } from '#libs/identity';
import type { FastifyRequest } from 'fastify';
import { AccountReadOnlyError } from '#libs/access';
import { LimitReachedError } from '#libs/entitlements';
import { InvitationAcceptance } from './invitation-acceptance.service.js';
import { InvitationForAnotherError } from '../tenants.errors.js';
import { AcceptedAsNewView, AcceptedView, OpenInvitationView } from './invitation-acceptance.views.js';
import { AcceptAsNewBody, InvitationTokenBody } from './invitation-acceptance.bodies.js';
import { INVITATION } from '../tenants.acts.js';

const REASON = 'the token of the mail is the credential';

@Resource('invitationAcceptance', 'Looking at an invitation and accepting it, as the invited person.')
@Controller('v1/invitations')
export class InvitationAcceptanceController {
  constructor(private readonly acceptance: InvitationAcceptance) {}

  @Post('look')
  @Endpoint({
    summary: 'Show an invitation to the invited person',
    scope: 'public',
    records: INVITATION.look,
    reason: REASON,
    returns: OpenInvitationView,
    status: 200,
    idempotency: { none: 'It changes nothing.' },
    refuses: [MailedTokenRefusedError],
  })
  look(@Body() { token }: InvitationTokenBody): Promise<OpenInvitationView> {
    return this.acceptance.look(token);
  }

  @Post('accept')
  @Endpoint({
    summary: 'Accept an invitation as the signed-in person',
    scope: 'user',
    records: INVITATION.accept,
    returns: AcceptedView,
    status: 201,
    idempotency: { none: 'An invitation is accepted once.' },
    refuses: [MailedTokenRefusedError, InvitationForAnotherError, LimitReachedError, AccountReadOnlyError],
  })
  async accept(@Body() { token }: InvitationTokenBody): Promise<AcceptedView> {
    const { accountId } = await this.acceptance.accept(token);
    return { account_id: accountId };
  }

  @Post('accept-as-new')
  @Endpoint({
    summary: 'Accept an invitation as a new person',
    scope: 'public',
    records: INVITATION.accept,
    reason: REASON,
    returns: AcceptedAsNewView,
    status: 201,
    idempotency: { none: 'An invitation is accepted once.' },
    refuses: [MailedTokenRefusedError, EmailTakenError, LimitReachedError, AccountReadOnlyError],
  })
  async acceptAsNew(
    @Body() { token, name, new_password: password }: AcceptAsNewBody,
    @Req() request: FastifyRequest,
  ): Promise<AcceptedAsNewView> {
    const source = { requestId: request.id, origin: originOf(request) };
    const { accountId, user } = await this.acceptance.acceptAsNew(token, { name, password }, source);
    return { account_id: accountId, user };
  }
}
