import { Controller, Get } from '@nestjs/common';
import { Endpoint, Resource } from '#libs/http';
import { PERMISSIONS, ROLE_PERMISSIONS, ROLES, type Role, WORKSPACE_ROLES } from './roles.permissions.js';
import { RoleTableView } from './roles.views.js';

@Resource('roles', 'The built-in roles and their permissions.')
@Controller('v1/roles')
export class RolesController {
  @Get()
  @Endpoint({ summary: 'List the built-in roles and their permissions', scope: 'user', returns: RoleTableView })
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
