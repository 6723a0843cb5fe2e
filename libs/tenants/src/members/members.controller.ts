import { Body, Controller, Delete, Get, Patch, Put, Query } from '@nestjs/common';
import {
  Changes,
  Endpoint,
  IfMatch,
  type Page,
  PageOf,
  PageQuery,
  Pages,
  OptionalIfMatch,
  PathId,
  Resource,
} from '#libs/http';
import { FreshProof } from '#libs/identity';
import { givenRole, CannotNarrowError, RoleAboveOwnError } from '#libs/roles';
import { LastOwnerError } from '#libs/database';
import { StepUpNeededError } from '#libs/access';
import { MemberRoles } from './member-roles.service.js';
import { MembersReadModel } from './members.read-model.js';
import { Members } from './members.service.js';
import { MemberView } from './members.views.js';
import { MemberChangesBody, WorkspaceRoleBody } from './members.bodies.js';
import { MEMBER } from '../tenants.acts.js';

@Resource('members', 'The members of the account, their roles and their workspaces.')
@Controller('v1/account/members')
export class MembersController {
  constructor(
    private readonly members: Members,
    private readonly roles: MemberRoles,
    private readonly reads: MembersReadModel,
    private readonly pages: Pages,
    private readonly proof: FreshProof,
  ) {}

  @Get()
  @Endpoint({
    summary: 'List members',
    scope: 'account',
    records: MEMBER.list,
    permission: 'members.read',
    returns: PageOf(MemberView),
  })
  async list(@Query() query: PageQuery): Promise<Page<MemberView>> {
    const start = this.pages.start('members', query);
    return this.pages.page('members', start, await this.reads.list(start));
  }

  @Get(':memberId')
  @Endpoint({
    summary: 'Show a member',
    scope: 'account',
    records: MEMBER.read,
    permission: 'members.read',
    returns: MemberView,
  })
  show(@PathId('memberId') memberId: string): Promise<MemberView> {
    return this.reads.find(memberId);
  }

  @Patch(':memberId')
  @Endpoint({
    summary: 'Change the role or the access of a member',
    scope: 'account',
    records: MEMBER.update,
    permission: 'members.update',
    returns: MemberView,
    conditional: true,
    refuses: [RoleAboveOwnError, LastOwnerError, CannotNarrowError, StepUpNeededError],
  })
  async update(
    @PathId('memberId') memberId: string,
    @IfMatch() version: number,
    @Changes() changes: MemberChangesBody,
  ): Promise<MemberView> {
    const { role, custom_role_id, access } = changes;
    const named = role !== undefined || custom_role_id !== undefined;
    await this.proof.requireToGive([role]);
    await this.roles.update(memberId, version, {
      ...(named && { given: givenRole({ role, custom_role_id }) }),
      ...(access && { access }),
    });
    return this.reads.find(memberId);
  }

  @Delete(':memberId')
  @Endpoint({
    summary: 'Remove a member',
    scope: 'account',
    records: MEMBER.remove,
    permission: 'members.remove',
    whileReadOnly: true,
    conditional: 'optional',
    refuses: [RoleAboveOwnError, LastOwnerError],
  })
  remove(@PathId('memberId') memberId: string, @OptionalIfMatch() version: number | undefined): Promise<void> {
    return this.members.remove(memberId, version);
  }

  @Put(':memberId/workspaces/:workspaceId')
  @Endpoint({
    summary: 'Set a member’s role in one workspace',
    scope: 'account',
    records: MEMBER.give_workspace_role,
    permission: 'members.update',
    returns: MemberView,
    refuses: [RoleAboveOwnError, CannotNarrowError, StepUpNeededError],
  })
  async give(
    @PathId('memberId') memberId: string,
    @PathId('workspaceId') workspaceId: string,
    @Body() role: WorkspaceRoleBody,
  ): Promise<MemberView> {
    await this.proof.requireToGive([role.role]);
    await this.roles.give(memberId, workspaceId, givenRole(role));
    return this.reads.find(memberId);
  }

  @Delete(':memberId/workspaces/:workspaceId')
  @Endpoint({
    summary: 'Remove a member’s role in one workspace',
    scope: 'account',
    records: MEMBER.take_workspace_role,
    permission: 'members.update',
    whileReadOnly: true,
    refuses: [RoleAboveOwnError],
  })
  take(@PathId('memberId') memberId: string, @PathId('workspaceId') workspaceId: string): Promise<void> {
    return this.roles.take(memberId, workspaceId);
  }
}
