import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import {
  Changes,
  Endpoint,
  IfMatch,
  Moment,
  type Page,
  PageOf,
  PageQuery,
  Pages,
  OptionalIfMatch,
  PathId,
  Text,
  Texts,
  Uuid,
  Whole,
  Resource,
} from '#libs/http';
import { GRANTABLE, type Permission } from '../roles.permissions.js';
import { CustomRolesReadModel } from './custom-roles.read-model.js';
import { CustomRoles } from './custom-roles.service.js';
import { AlreadyExistsError } from '#libs/database';
import { CannotNarrowError, RoleAboveOwnError, RoleInUseError, RoleIsOwnError } from '../roles.errors.js';

export class CustomRoleView {
  @Uuid()
  id!: string;
  @Text({ max: 60 })
  name!: string;
  @Texts({ description: 'With account.leave, account.read and workspaces.read, which every role has' })
  permissions!: string[];
  @Whole({ min: 1, max: 2_147_483_647 })
  version!: number;
  @Moment()
  created_at!: string;
  @Moment()
  updated_at!: string;
}

class CustomRoleBody {
  @Text({ max: 60, example: 'Copywriter' })
  name!: string;
  @Texts({
    of: GRANTABLE,
    example: ['workspaces.read', 'documents.read'],
    description:
      'All of them your own; GET /v1/roles explains each. account.leave, account.read and workspaces.read are added to every role',
  })
  permissions!: Permission[];
}

class CustomRoleChangesBody {
  @Text({ max: 60, optional: true, example: 'Copywriter' })
  name?: string;
  @Texts({ of: GRANTABLE, optional: true, example: ['workspaces.read', 'documents.read'] })
  permissions?: Permission[];
}

@Resource('customRoles', 'Roles of the account’s own.')
@Controller('v1/account/roles')
export class CustomRolesController {
  constructor(
    private readonly roles: CustomRoles,
    private readonly reads: CustomRolesReadModel,
    private readonly pages: Pages,
  ) {}

  @Get()
  @Endpoint({
    summary: 'List the account’s own roles, beside the built-in ones',
    scope: 'account',
    records: ['role', 'role.list'],
    permission: 'members.read',
    returns: PageOf(CustomRoleView),
  })
  async list(@Query() query: PageQuery): Promise<Page<CustomRoleView>> {
    const start = this.pages.start('custom-roles', query);
    return this.pages.page('custom-roles', start, await this.reads.list(start));
  }

  @Post()
  @Endpoint({
    summary: 'Make a role of the account’s own',
    scope: 'account',
    records: ['role', 'role.create'],
    permission: 'roles.write',
    returns: CustomRoleView,
    status: 201,
    refuses: [RoleAboveOwnError, AlreadyExistsError],
  })
  async create(@Body() role: CustomRoleBody): Promise<CustomRoleView> {
    return this.reads.find(await this.roles.create(role));
  }

  @Get(':customRoleId')
  @Endpoint({
    summary: 'Show a role of the account’s own',
    scope: 'account',
    records: ['role', 'role.read'],
    permission: 'members.read',
    returns: CustomRoleView,
  })
  show(@PathId('customRoleId') id: string): Promise<CustomRoleView> {
    return this.reads.find(id);
  }

  @Patch(':customRoleId')
  @Endpoint({
    summary: 'Rename a role, or change what it lets do, for everybody who has it',
    scope: 'account',
    records: ['role', 'role.update'],
    permission: 'roles.write',
    returns: CustomRoleView,
    conditional: true,
    refuses: [RoleAboveOwnError, RoleIsOwnError, CannotNarrowError, AlreadyExistsError],
  })
  async update(
    @PathId('customRoleId') id: string,
    @IfMatch() version: number,
    @Changes() changes: CustomRoleChangesBody,
  ): Promise<CustomRoleView> {
    await this.roles.update(id, version, changes);
    return this.reads.find(id);
  }

  @Delete(':customRoleId')
  @Endpoint({
    summary: 'Remove a role that nobody has',
    scope: 'account',
    records: ['role', 'role.remove'],
    permission: 'roles.write',
    conditional: 'optional',
    refuses: [RoleAboveOwnError, RoleInUseError],
  })
  remove(@PathId('customRoleId') id: string, @OptionalIfMatch() version: number | undefined): Promise<void> {
    return this.roles.remove(id, version);
  }
}
