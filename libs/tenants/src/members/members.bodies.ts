import { Choice, Uuid } from '#libs/http';
import { ROLE_NAMES, type RoleName, WORKSPACE_ROLE_NAMES, type WorkspaceRoleName } from '#libs/roles';

export class MemberChangesBody {
  @Choice(ROLE_NAMES, { optional: true })
  role?: RoleName;
  @Uuid({ optional: true, description: 'With the role custom, and only then' })
  custom_role_id?: string;
  @Choice(['all', 'named'], { optional: true })
  access?: 'all' | 'named';
}

export class WorkspaceRoleBody {
  @Choice(WORKSPACE_ROLE_NAMES)
  role!: WorkspaceRoleName;
  @Uuid({ optional: true, description: 'With the role custom, and only then' })
  custom_role_id?: string;
}
