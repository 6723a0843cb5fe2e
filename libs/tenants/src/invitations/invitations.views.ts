import { Choice, DateTime, Nested, Text, Uuid, Integer } from '#libs/http';
import { ROLE_NAMES, type RoleName, WORKSPACE_ROLE_NAMES } from '#libs/roles';

class InvitedWorkspaceView {
  @Uuid()
  workspace_id!: string;
  @Choice(WORKSPACE_ROLE_NAMES)
  role!: RoleName;
  @Uuid({ nullable: true })
  custom_role_id!: string | null;
}

export class InvitationView {
  @Uuid()
  id!: string;
  @Text({ max: 320 })
  email!: string;
  @Choice(ROLE_NAMES)
  role!: RoleName;
  @Uuid({ nullable: true, description: 'Id of the custom role, with the role custom' })
  custom_role_id!: string | null;
  @Choice(['all', 'named'])
  access!: 'all' | 'named';
  @Nested(() => InvitedWorkspaceView, { list: true })
  workspaces!: InvitedWorkspaceView[];
  @Choice(['pending', 'expired', 'accepted', 'revoked'])
  status!: string;
  @Integer({ min: 1, max: 2_147_483_647 })
  version!: number;
  @DateTime()
  created_at!: string;
  @DateTime({ nullable: true, description: 'When its latest mail was sent; null while it is queued' })
  sent_at!: string | null;
  @DateTime()
  expires_at!: string;
  @DateTime({ nullable: true, description: 'When it was accepted or revoked' })
  settled_at!: string | null;
}

class BulkOutcomeView {
  @Integer({ min: 1, max: 70_000 })
  line!: number;
  @Text({ max: 320 })
  email!: string;
  @Choice(['invited', 'already_invited', 'already_member', 'malformed', 'repeated'])
  outcome!: string;
  @Uuid({ nullable: true })
  invitation_id!: string | null;
}

export class BulkOutcomesView {
  @Nested(() => BulkOutcomeView, { list: true })
  items!: BulkOutcomeView[];
}
