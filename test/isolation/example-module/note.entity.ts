import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Its table is made by a test. One of a migration extends `TableRow`, which knows the columns. */
@Entity({ name: 'notes' })
export class NoteEntity {
  @PrimaryColumn({ name: 'account_id', type: 'uuid' })
  accountId!: string;

  @PrimaryColumn({ name: 'workspace_id', type: 'uuid' })
  workspaceId!: string;

  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  title!: string;

  @Column({ type: 'text' })
  text!: string;

  @Column({ type: 'integer', insert: false })
  version!: number;

  @Column({ name: 'updated_at', type: 'timestamptz', insert: false })
  updatedAt!: Date;
}
