import { Choice, DateTime, Nested, Text, Uuid, Integer } from '#libs/http';
import { ROLE_NAMES, type RoleName, WORKSPACE_ROLE_NAMES } from '#libs/roles';

class WorkspaceRoleView {
  @Uuid()
  workspace_id!: string;
  @Choice(WORKSPACE_ROLE_NAMES)
  role!: RoleName;
  @Uuid({ nullable: true })
  custom_role_id!: string | null;
}

export class MemberView {
  @Uuid()
  id!: string;
  @Uuid()
  user_id!: string;
  @Text({ max: 100 })
  name!: string;
  @Text({ max: 320 })
  email!: string;
  @Choice(ROLE_NAMES)
  role!: RoleName;
  @Uuid({ nullable: true, description: 'Id of the custom role, with the role custom' })
  custom_role_id!: string | null;
  @Choice(['all', 'named'], {
    description: 'Whether the member may enter all workspaces, or only those in "workspaces"',
  })
  access!: 'all' | 'named';
  @Nested(() => WorkspaceRoleView, { list: true })
  workspaces!: WorkspaceRoleView[];
  @Integer({ min: 1, max: 2_147_483_647 })
  version!: number;
  @DateTime()
  joined_at!: string;
}
