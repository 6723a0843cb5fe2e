import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'idempotency_keys' })
export class IdempotencyKeyEntity {
  @PrimaryColumn({ name: 'account_id', type: 'uuid' })
  accountId!: string;

  @PrimaryColumn({ type: 'bytea' })
  digest!: Buffer;

  @Column({ type: 'bytea' })
  fingerprint!: Buffer;

  @Column({ type: 'bytea' })
  answer!: Buffer;

  @Column({ name: 'created_at', type: 'timestamptz', insert: false })
  createdAt!: Date;
}
