import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ProviderName } from '../plans/plan.js';

@Entity({ name: 'invoices' })
export class InvoiceEntity {
  @PrimaryColumn({ name: 'account_id', type: 'uuid' })
  accountId!: string;

  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  provider!: ProviderName;

  @Column({ type: 'text' })
  reference!: string;

  @Column({ type: 'text', nullable: true })
  number!: string | null;

  @Column({ type: 'text' })
  status!: 'open' | 'paid' | 'past_due' | 'cancelled';

  @Column({ type: 'bigint' })
  amount!: string;

  @Column({ type: 'text' })
  currency!: string;

  @Column({ name: 'billed_at', type: 'timestamptz' })
  billedAt!: Date;

  @Column({ name: 'reported_at', type: 'timestamptz' })
  reportedAt!: Date;
}
