import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'outbox_messages' })
export class OutboxMessageEntity {
  @PrimaryColumn({ name: 'account_id', type: 'uuid' })
  accountId!: string;

  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text', update: false })
  kind!: string;

  @Column({ name: 'subject_id', type: 'uuid', update: false })
  subjectId!: string;

  @Column({ name: 'due_at', type: 'timestamptz', insert: false })
  dueAt!: Date;

  @Column({ type: 'integer', insert: false })
  attempts!: number;

  @Column({ name: 'sent_at', type: 'timestamptz', nullable: true, insert: false })
  sentAt!: Date | null;

  @Column({ name: 'failed_at', type: 'timestamptz', nullable: true, insert: false })
  failedAt!: Date | null;

  @Column({ type: 'text', nullable: true, insert: false })
  problem!: string | null;
}
