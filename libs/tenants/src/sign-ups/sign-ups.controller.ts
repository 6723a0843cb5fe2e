import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import { Endpoint, IdempotencyKey, originOf, Resource } from '#libs/http';
import {
  BotChallenge,
  ChallengeRefusedError,
  ChallengeUnavailableError,
  MailedTokenRefusedError,
  SIGN_UP,
} from '#libs/identity';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NotFoundError } from '#libs/context';
import { type NewAccount, type OpenedAccount, SignUps } from './sign-ups.service.js';
import { RegionUnknownError } from '../tenants.errors.js';
import { OpenedAccountView, RegionsView, SignedUpView } from './sign-ups.views.js';
import { NewAccountBody, SignUpBody, SignUpCompletionBody } from './sign-ups.bodies.js';
import { ACCOUNT } from '../tenants.acts.js';

@Resource('signUps', 'Opening an account, with email verification; and the regions to choose from.')
@Controller('v1')
export class SignUpsController {
  constructor(
    private readonly challenge: BotChallenge,
    private readonly signUps: SignUps,
  ) {}

  @Get('regions')
  @Endpoint({
    summary: 'List the regions for new accounts',
    scope: 'public',
    reason: 'people choose a region before they sign up',
    cacheable: true,
    returns: RegionsView,
  })
  regions(): RegionsView {
    return { items: this.signUps.regions() };
  }

  @Post('sign-ups')
  @Endpoint({
    summary: 'Request a sign-up by email; the answer is the same for every email',
    scope: 'public',
    records: SIGN_UP.requested,
    reason: 'people sign up with it',
    status: 202,
    idempotency: { none: 'A repetition sends another mail, within the limits of mails.' },
    refuses: [ChallengeRefusedError, ChallengeUnavailableError],
  })
  async request(@Body() { email, challenge }: SignUpBody, @Req() request: FastifyRequest): Promise<void> {
    await this.challenge.check(challenge, originOf(request).address);
    await this.signUps.request(email, { requestId: request.id, origin: originOf(request) });
  }

  @Post('sign-ups/complete')
  @Endpoint({
    summary: 'Complete a sign-up with the token of the email: creates the person, an account and its first workspace',
    scope: 'public',
    records: SIGN_UP.completed,
    reason: 'the token of the mail is the credential',
    returns: SignedUpView,
    status: 201,
    idempotency: { none: 'The mailed token can be used once.' },
    refuses: [MailedTokenRefusedError, RegionUnknownError],
  })
  async complete(
    @Body() { token, name, new_password: password, ...account }: SignUpCompletionBody,
    @Req() request: FastifyRequest,
  ): Promise<SignedUpView> {
    const source = { requestId: request.id, origin: originOf(request) };
    const opened = await this.signUps.complete(token, { name, password }, accountOf(account), source);
    return { ...viewOf(opened), user: opened.user };
  }

  @Post('me/accounts')
  @Endpoint({
    summary: 'Open another account, owned by me',
    scope: 'user',
    records: ACCOUNT.create,
    returns: OpenedAccountView,
    status: 201,
    idempotency: 'handled',
    refuses: [RegionUnknownError, NotFoundError],
  })
  async openAnother(
    @Body() body: NewAccountBody,
    @IdempotencyKey() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OpenedAccountView> {
    const { opened, repeated } = await this.signUps.openAnother(accountOf(body), key);
    if (repeated) reply.header('Idempotent-Replayed', 'true');
    return viewOf(opened);
  }
}

function viewOf({ accountId, workspaceId, start }: OpenedAccount): OpenedAccountView {
  return { account_id: accountId, workspace_id: workspaceId, subscription: start };
}

function accountOf(body: NewAccountBody): NewAccount {
  const { account_name: name, region, time_zone: timeZone, workspace_name: workspaceName } = body;
  return { name, region, workspaceName, ...(timeZone && { timeZone }) };
}
