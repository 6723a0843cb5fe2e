import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'custom_roles' })
export class CustomRoleEntity {
  @PrimaryColumn({ name: 'account_id', type: 'uuid' })
  accountId!: string;

  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text', array: true })
  permissions!: string[];

  @Column({ type: 'integer', insert: false })
  version!: number;

  @Column({ name: 'updated_at', type: 'timestamptz', insert: false })
  updatedAt!: Date;

  @Column({ name: 'removed_at', type: 'timestamptz', nullable: true, insert: false })
  removedAt!: Date | null;
}
