import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { ContextStore, NotFoundError } from '#libs/context';
import {
  Endpoint,
  InvalidRequestError,
  type Page,
  PageOf,
  PageQuery,
  Pages,
  OptionalIfMatch,
  PathId,
  Resource,
} from '#libs/http';
import { FreshProof, PersonLimits } from '#libs/identity';
import { givenRole, type RoleName, CannotNarrowError, RoleAboveOwnError } from '#libs/roles';
import { AlreadyExistsError } from '#libs/database';
import { StepUpNeededError } from '#libs/access';
import { InvitationsReadModel } from './invitations.read-model.js';
import { type BulkOutcome, Invitations } from './invitations.service.js';
import {
  AlreadyInvitedError,
  AlreadyMemberError,
  InvitationSettledError,
  TooManyInvitationsError,
} from '../tenants.errors.js';
import { BulkOutcomesView, InvitationView } from './invitations.views.js';
import { BulkInvitationBody, InvitationBody, InvitedBody } from './invitations.bodies.js';
import { INVITATION } from '../tenants.acts.js';

const MAX_LINES = 200;

@Resource('invitations', 'Invitations to the account, as its members see them.')
@Controller('v1/account/invitations')
export class InvitationsController {
  constructor(
    private readonly invitations: Invitations,
    private readonly reads: InvitationsReadModel,
    private readonly pages: Pages,
    private readonly proof: FreshProof,
    private readonly limits: PersonLimits,
    private readonly contexts: ContextStore,
  ) {}

  @Get()
  @Endpoint({
    summary: 'List invitations, including expired and settled ones',
    scope: 'account',
    records: INVITATION.list,
    permission: 'members.invite',
    returns: PageOf(InvitationView),
  })
  async list(@Query() query: PageQuery): Promise<Page<InvitationView>> {
    const start = this.pages.start('invitations', query);
    return this.pages.page('invitations', start, await this.reads.list(start));
  }

  @Post()
  @Endpoint({
    summary: 'Invite a person by email',
    scope: 'account',
    records: INVITATION.create,
    permission: 'members.invite',
    returns: InvitationView,
    status: 201,
    refuses: [
      RoleAboveOwnError,
      StepUpNeededError,
      CannotNarrowError,
      NotFoundError,
      AlreadyMemberError,
      AlreadyInvitedError,
      AlreadyExistsError,
      TooManyInvitationsError,
    ],
  })
  async create(@Body() { email, ...invited }: InvitationBody): Promise<InvitationView> {
    await this.proof.requireToGive(rolesOf(invited));
    await this.countMails(1);
    const id = await this.invitations.invite({ email, ...inputOf(invited) });
    return this.reads.find(id);
  }

  @Post('bulk')
  @Endpoint({
    summary: 'Invite many people by email; reports the outcome of each line',
    scope: 'account',
    records: INVITATION.create,
    permission: 'members.invite',
    returns: BulkOutcomesView,
    status: 200,
    refuses: [RoleAboveOwnError, StepUpNeededError, CannotNarrowError, NotFoundError, TooManyInvitationsError],
  })
  async createMany(
    @Body() { addresses, ...invited }: BulkInvitationBody,
  ): Promise<{ readonly items: readonly BulkOutcome[] }> {
    const lines = addresses.split(/\r\n|\r|\n/);
    if (lines.length > MAX_LINES)
      throw new InvalidRequestError(`At most ${MAX_LINES} lines at once. Paste them in parts.`, [
        { field: 'addresses', problem: 'has too many lines' },
      ]);
    await this.proof.requireToGive(rolesOf(invited));
    await this.countMails(lines.length);
    return { items: await this.invitations.inviteMany(lines, inputOf(invited)) };
  }

  @Get(':invitationId')
  @Endpoint({
    summary: 'Show an invitation',
    scope: 'account',
    records: INVITATION.read,
    permission: 'members.invite',
    returns: InvitationView,
  })
  show(@PathId('invitationId') id: string): Promise<InvitationView> {
    return this.reads.find(id);
  }

  @Post(':invitationId/resend')
  @Endpoint({
    summary: 'Resend an invitation; the link of the earlier email stops working',
    scope: 'account',
    records: INVITATION.resend,
    permission: 'members.invite',
    returns: InvitationView,
    status: 200,
    refuses: [RoleAboveOwnError, InvitationSettledError, TooManyInvitationsError],
  })
  async resend(@PathId('invitationId') id: string): Promise<InvitationView> {
    await this.countMails(1);
    await this.invitations.resend(id);
    return this.reads.find(id);
  }

  @Delete(':invitationId')
  @Endpoint({
    summary: 'Revoke an invitation',
    scope: 'account',
    records: INVITATION.revoke,
    permission: 'members.invite',
    whileReadOnly: true,
    conditional: 'optional',
    refuses: [RoleAboveOwnError, InvitationSettledError],
  })
  revoke(@PathId('invitationId') id: string, @OptionalIfMatch() version: number | undefined): Promise<void> {
    return this.invitations.revoke(id, version);
  }

  private async countMails(count: number): Promise<void> {
    const { userId } = this.contexts.require();
    if (userId) await this.limits.count('invitations', userId, count);
  }
}

function rolesOf({ role, workspaces = [] }: InvitedBody): RoleName[] {
  return [role, ...workspaces.map((grant) => grant.role)];
}

function inputOf({ access, workspaces = [], ...role }: InvitedBody) {
  return {
    given: givenRole(role),
    ...(access && { access }),
    workspaces: workspaces.map((grant) => ({ id: grant.workspace_id, given: givenRole(grant) })),
  };
}
