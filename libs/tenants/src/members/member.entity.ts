import type { RoleName } from '#libs/roles';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'members' })
export class MemberEntity {
  @PrimaryColumn({ name: 'account_id', type: 'uuid' })
  accountId!: string;

  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ name: 'user_id', type: 'uuid', update: false })
  userId!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  email!: string;

  @Column({ type: 'text' })
  role!: RoleName;

  @Column({ name: 'custom_role_id', type: 'uuid', nullable: true })
  customRoleId!: string | null;

  @Column({ type: 'text' })
  access!: 'all' | 'named';

  @Column({ type: 'text', insert: false })
  status!: 'active' | 'removed';

  @Column({ name: 'joined_at', type: 'timestamptz', insert: false })
  joinedAt!: Date;

  @Column({ type: 'integer', insert: false })
  version!: number;

  @Column({ name: 'removed_at', type: 'timestamptz', nullable: true, insert: false })
  removedAt!: Date | null;
}

@Entity({ name: 'member_workspaces' })
export class MemberWorkspaceEntity {
  @PrimaryColumn({ name: 'account_id', type: 'uuid' })
  accountId!: string;

  @PrimaryColumn({ name: 'member_id', type: 'uuid' })
  memberId!: string;

  @PrimaryColumn({ name: 'workspace_id', type: 'uuid' })
  inWorkspaceId!: string;

  @Column({ type: 'text' })
  role!: RoleName;

  @Column({ name: 'custom_role_id', type: 'uuid', nullable: true })
  customRoleId!: string | null;
}
