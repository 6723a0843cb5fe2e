import { Body, Controller, Post, Req } from '@nestjs/common';
import { Choice, Endpoint, Flag, Moment, Nested, originOf, Text, Uuid, Resource } from '#libs/http';
import { UserView, AddressTakenError, MailedTokenRefusedError } from '#libs/identity';
import { ROLE_NAMES, type RoleName } from '#libs/roles';
import type { FastifyRequest } from 'fastify';
import { InvitationAcceptance } from './invitation-acceptance.service.js';
import { AccountReadOnlyError } from '#libs/access';
import { InvitationForAnotherError } from '../tenants.errors.js';
import { LimitReachedError } from '#libs/entitlements';

class InvitationTokenBody {
  @Text({ max: 200, description: 'What the mail carries' })
  token!: string;
}

class AcceptAsNewBody extends InvitationTokenBody {
  @Text({ max: 100 })
  name!: string;
  @Text({ max: 1_024, multiline: true, description: 'At least 12 characters, not common, not easy to guess' })
  new_password!: string;
}

class OpenInvitationView {
  @Text({ max: 100 })
  account_name!: string;
  @Text({ max: 30 })
  region!: string;
  @Text({ max: 320 })
  email!: string;
  @Choice(ROLE_NAMES)
  role!: RoleName;
  @Text({ max: 60, nullable: true, description: 'What the account calls a role of its own' })
  role_name!: string | null;
  @Moment()
  expires_at!: string;
  @Flag({ description: 'Whether the address has a sign-in; if not, accept as a new person' })
  has_sign_in!: boolean;
}

class AcceptedView {
  @Uuid({ description: 'Enter it: POST /v1/me/accounts/{accountId}/enter' })
  account_id!: string;
}

class AcceptedAsNewView extends AcceptedView {
  @Nested(() => UserView)
  user!: UserView;
}

const REASON = 'what the mail carries is the credential';

@Resource('invitationAcceptance', 'Looking at an invitation and accepting it, as the invited person.')
@Controller('v1/invitations')
export class InvitationAcceptanceController {
  constructor(private readonly acceptance: InvitationAcceptance) {}

  @Post('look')
  @Endpoint({
    summary: 'See what one is invited to',
    scope: 'public',
    records: ['membership', 'invitation.look'],
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
    summary: 'Accept an invitation as whoever is signed in',
    scope: 'user',
    records: ['membership', 'invitation.accept'],
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
    summary: 'Accept an invitation as somebody who has no sign-in yet',
    scope: 'public',
    records: ['membership', 'invitation.accept'],
    reason: REASON,
    returns: AcceptedAsNewView,
    status: 201,
    idempotency: { none: 'An invitation is accepted once.' },
    refuses: [MailedTokenRefusedError, AddressTakenError, LimitReachedError, AccountReadOnlyError],
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
