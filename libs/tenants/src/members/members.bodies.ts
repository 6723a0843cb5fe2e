import { Choice, Uuid } from '#libs/http';
import { ROLE_NAMES, type RoleName, WORKSPACE_ROLE_NAMES, type WorkspaceRoleName } from '#libs/roles';

export class MemberChangesBody {
  @Choice(ROLE_NAMES, { optional: true })
  role?: RoleName;
  @Uuid({ optional: true, description: 'Required with the role custom; not allowed with other roles' })
  custom_role_id?: string;
  @Choice(['all', 'named'], { optional: true })
  access?: 'all' | 'named';
}

export class WorkspaceRoleBody {
  @Choice(WORKSPACE_ROLE_NAMES)
  role!: WorkspaceRoleName;
  @Uuid({ optional: true, description: 'Required with the role custom; not allowed with other roles' })
  custom_role_id?: string;
}
