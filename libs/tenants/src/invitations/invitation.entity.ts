import type { RoleName } from '#libs/roles';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'invitations' })
export class InvitationEntity {
  @PrimaryColumn({ name: 'account_id', type: 'uuid' })
  accountId!: string;

  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text', update: false })
  email!: string;

  @Column({ name: 'email_key', type: 'text', update: false })
  emailKey!: string;

  @Column({ type: 'text', update: false })
  role!: RoleName;

  @Column({ name: 'custom_role_id', type: 'uuid', nullable: true, update: false })
  customRoleId!: string | null;

  @Column({ type: 'text', update: false })
  access!: 'all' | 'named';

  @Column({ type: 'text', insert: false })
  status!: 'pending' | 'accepted' | 'revoked';

  @Column({ name: 'secret_hash', type: 'bytea', nullable: true, insert: false })
  secretHash!: Buffer | null;

  @Column({ name: 'invited_by', type: 'uuid', nullable: true, update: false })
  invitedBy!: string | null;

  @Column({ name: 'accepted_by', type: 'uuid', nullable: true, insert: false })
  acceptedBy!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz', insert: false, update: false })
  createdAt!: Date;

  @Column({ name: 'sent_at', type: 'timestamptz', nullable: true, insert: false })
  sentAt!: Date | null;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  @Column({ name: 'settled_at', type: 'timestamptz', nullable: true, insert: false })
  settledAt!: Date | null;

  @Column({ type: 'integer', insert: false })
  version!: number;
}

@Entity({ name: 'invitation_workspaces' })
export class InvitationWorkspaceEntity {
  @PrimaryColumn({ name: 'account_id', type: 'uuid' })
  accountId!: string;

  @PrimaryColumn({ name: 'invitation_id', type: 'uuid' })
  invitationId!: string;

  @PrimaryColumn({ name: 'workspace_id', type: 'uuid' })
  inWorkspaceId!: string;

  @Column({ type: 'text', update: false })
  role!: RoleName;

  @Column({ name: 'custom_role_id', type: 'uuid', nullable: true, update: false })
  customRoleId!: string | null;
}
