import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
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
import { AlreadyExistsError } from '#libs/database';
import { CustomRolesReadModel } from './custom-roles.read-model.js';
import { CustomRoles } from './custom-roles.service.js';
import { CannotNarrowError, RoleAboveOwnError, RoleInUseError, RoleIsOwnError } from '../roles.errors.js';
import { CustomRoleView } from './custom-roles.views.js';
import { CustomRoleBody, CustomRoleChangesBody } from './custom-roles.bodies.js';
import { ROLE } from '../roles.acts.js';

@Resource('customRoles', 'Custom roles of the account.')
@Controller('v1/account/roles')
export class CustomRolesController {
  constructor(
    private readonly roles: CustomRoles,
    private readonly reads: CustomRolesReadModel,
    private readonly pages: Pages,
  ) {}

  @Get()
  @Endpoint({
    summary: 'List the custom roles of the account',
    scope: 'account',
    records: ROLE.list,
    permission: 'members.read',
    returns: PageOf(CustomRoleView),
  })
  async list(@Query() query: PageQuery): Promise<Page<CustomRoleView>> {
    const start = this.pages.start('custom-roles', query);
    return this.pages.page('custom-roles', start, await this.reads.list(start));
  }

  @Post()
  @Endpoint({
    summary: 'Create a custom role',
    scope: 'account',
    records: ROLE.create,
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
    summary: 'Show a custom role',
    scope: 'account',
    records: ROLE.read,
    permission: 'members.read',
    returns: CustomRoleView,
  })
  show(@PathId('customRoleId') id: string): Promise<CustomRoleView> {
    return this.reads.find(id);
  }

  @Patch(':customRoleId')
  @Endpoint({
    summary: 'Change the name or permissions of a custom role, for every member who has it',
    scope: 'account',
    records: ROLE.update,
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
    summary: 'Delete a custom role that is not in use',
    scope: 'account',
    records: ROLE.remove,
    permission: 'roles.write',
    conditional: 'optional',
    refuses: [RoleAboveOwnError, RoleInUseError],
  })
  remove(@PathId('customRoleId') id: string, @OptionalIfMatch() version: number | undefined): Promise<void> {
    return this.roles.remove(id, version);
  }
}
