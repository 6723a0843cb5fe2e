import { Controller, Get } from '@nestjs/common';
import { Choice, Endpoint, Flag, Nested, Text, Texts, Resource } from '#libs/http';
import { PERMISSIONS, ROLE_PERMISSIONS, ROLES, type Role, WORKSPACE_ROLES } from './roles.permissions.js';

class PermissionView {
  @Text({ max: 60 })
  name!: string;
  @Text({ max: 200 })
  description!: string;
}

class RoleView {
  @Choice(ROLES)
  name!: Role;
  @Texts()
  permissions!: string[];
  @Flag({ description: 'Can be given for a single workspace' })
  for_one_workspace!: boolean;
}

class RoleTableView {
  @Nested(() => RoleView, { list: true })
  roles!: RoleView[];
  @Nested(() => PermissionView, { list: true })
  permissions!: PermissionView[];
}

@Resource('roles', 'The built-in roles and their permissions.')
@Controller('v1/roles')
export class RolesController {
  @Get()
  @Endpoint({ summary: 'Show what each role may do', scope: 'user', returns: RoleTableView })
  table(): RoleTableView {
    return {
      roles: ROLES.map((name) => ({
        name,
        permissions: [...ROLE_PERMISSIONS[name]],
        for_one_workspace: (WORKSPACE_ROLES as readonly Role[]).includes(name),
      })),
      permissions: Object.entries(PERMISSIONS).map(([name, description]) => ({ name, description })),
    };
  }
}
