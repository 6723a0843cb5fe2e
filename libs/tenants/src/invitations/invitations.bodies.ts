import { Choice, Nested, Text, Uuid } from '#libs/http';
import { ROLE_NAMES, type RoleName, WORKSPACE_ROLE_NAMES, type WorkspaceRoleName } from '#libs/roles';

class InvitedWorkspaceBody {
  @Uuid()
  workspace_id!: string;
  @Choice(WORKSPACE_ROLE_NAMES)
  role!: WorkspaceRoleName;
  @Uuid({ optional: true, description: 'Required with the role custom; not allowed with other roles' })
  custom_role_id?: string;
}

export class InvitedBody {
  @Choice(ROLE_NAMES)
  role!: RoleName;
  @Uuid({ optional: true, description: 'Required with the role custom; not allowed with other roles' })
  custom_role_id?: string;
  @Choice(['all', 'named'], { optional: true, description: 'Default all; with named, give "workspaces"' })
  access?: 'all' | 'named';
  @Nested(() => InvitedWorkspaceBody, { list: true, optional: true })
  workspaces?: InvitedWorkspaceBody[];
}

export class InvitationBody extends InvitedBody {
  @Text({ max: 320, example: 'sam@studio.example' })
  email!: string;
}

export class BulkInvitationBody extends InvitedBody {
  @Text({
    max: 70_000,
    multiline: true,
    description: 'One email per line, at most 200',
    example: 'sam@studio.example\nkim@studio.example',
  })
  addresses!: string;
}
