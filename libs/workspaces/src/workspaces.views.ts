import { Choice, Bool, DateTime, Text, StringArray, Uuid, Integer } from '#libs/http';
import { PERMISSIONS, ROLE_NAMES, type RoleName } from '#libs/roles';

export const COLOR = /^#[0-9a-f]{6}$/;

export class WorkspaceView {
  @Uuid()
  id!: string;
  @Text({ max: 100 })
  name!: string;
  @Text({ max: 7, pattern: COLOR, form: 'a color as #rrggbb', nullable: true, example: '#1db954' })
  color!: string | null;
  @Choice(ROLE_NAMES, { description: 'Your role in this workspace' })
  role!: RoleName;
  @Uuid({ nullable: true, description: 'Id of the custom role, with the role custom' })
  custom_role_id!: string | null;
  @Bool({ description: 'Whether you entered it last' })
  last_entered!: boolean;
  @Choice(['required', 'optional'], {
    description: 'Whether entering it requires a second factor, regardless of the setting of the account',
  })
  second_factor!: 'required' | 'optional';
  @DateTime({ nullable: true })
  archived_at!: string | null;
  @Integer({ min: 1, max: 2_147_483_647 })
  version!: number;
  @DateTime()
  created_at!: string;
}

export class ShownWorkspaceView extends WorkspaceView {
  @StringArray({ of: Object.keys(PERMISSIONS), description: 'Your permissions in the workspace' })
  permissions!: readonly string[];
}
