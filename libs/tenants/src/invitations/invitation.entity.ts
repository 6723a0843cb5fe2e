import { TableRow } from '#libs/database';
import { Entity } from 'typeorm';

@Entity({ name: 'invitations' })
export class InvitationEntity extends TableRow('invitations') {}

@Entity({ name: 'invitation_workspaces' })
export class InvitationWorkspaceEntity extends TableRow('invitation_workspaces') {}
