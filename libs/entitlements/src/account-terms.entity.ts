import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Entitlement, Limit } from './terms.js';

@Entity({ name: 'account_terms' })
export class AccountTermsEntity {
  @PrimaryColumn({ name: 'account_id', type: 'uuid' })
  accountId!: string;

  @Column({ type: 'text' })
  plan!: string;

  @Column({ name: 'plan_version', type: 'integer' })
  planVersion!: number;

  @Column({ type: 'text', array: true })
  entitlements!: readonly Entitlement[];

  @Column({ type: 'jsonb' })
  limits!: Readonly<Partial<Record<Limit, number>>>;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}

@Entity({ name: 'audit_promises' })
export class AuditPromiseEntity {
  @PrimaryColumn({ name: 'account_id', type: 'uuid' })
  accountId!: string;

  @PrimaryColumn({ name: 'recorded_before', type: 'timestamptz' })
  recordedBefore!: Date;

  @Column({ type: 'integer' })
  days!: number;
}
