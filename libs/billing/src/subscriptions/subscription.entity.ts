import type { Entitlement, Limit } from '#libs/entitlements';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ProviderName } from '../plans/plan.js';
import type { Beginning } from './fold.js';
import type { State } from './life.js';

/** What the provider is to be told. */
export interface PendingChange {
  readonly attempt: string;
  readonly kind: 'change' | 'cancel' | 'resume';
  readonly price?: string;
  readonly seats?: number;
}

/** How a subscription began, as its row keeps it. */
export interface StoredBeginning {
  readonly kind: Beginning['kind'];
  /** RFC 3339. */
  readonly at: string;
  readonly trial_ends_at?: string;
  readonly plan: string;
  readonly plan_version: number;
  readonly entitlements: readonly Entitlement[];
  readonly limits: Readonly<Partial<Record<Limit, number>>>;
}

@Entity({ name: 'subscriptions' })
export class SubscriptionEntity {
  @PrimaryColumn({ name: 'account_id', type: 'uuid' })
  accountId!: string;

  @Column({ type: 'text' })
  state!: State;

  @Column({ type: 'timestamptz' })
  since!: Date;

  @Column({ name: 'deadline_at', type: 'timestamptz', nullable: true })
  deadlineAt!: Date | null;

  @Column({ name: 'due_at', type: 'timestamptz', nullable: true })
  dueAt!: Date | null;

  @Column({ type: 'jsonb' })
  beginning!: StoredBeginning;

  @Column({ type: 'text' })
  plan!: string;

  @Column({ name: 'plan_version', type: 'integer' })
  planVersion!: number;

  @Column({ type: 'integer', nullable: true })
  seats!: number | null;

  @Column({ type: 'text', nullable: true, insert: false })
  provider!: ProviderName | null;

  @Column({ type: 'text', nullable: true, insert: false })
  customer!: string | null;

  @Column({ type: 'text', nullable: true, insert: false })
  reference!: string | null;

  @Column({ type: 'text', nullable: true, insert: false })
  price!: string | null;

  @Column({ name: 'period_ends_at', type: 'timestamptz', nullable: true, insert: false })
  periodEndsAt!: Date | null;

  @Column({ name: 'cancels_at', type: 'timestamptz', nullable: true, insert: false })
  cancelsAt!: Date | null;

  @Column({ name: 'data_until', type: 'timestamptz', nullable: true, insert: false })
  dataUntil!: Date | null;

  @Column({ type: 'jsonb', nullable: true, insert: false })
  pending!: PendingChange | null;

  @Column({ name: 'pending_since', type: 'timestamptz', nullable: true, insert: false })
  pendingSince!: Date | null;

  @Column({ type: 'text', nullable: true, insert: false })
  refused!: string | null;

  @Column({ type: 'integer', insert: false })
  version!: number;

  @Column({ name: 'updated_at', type: 'timestamptz', insert: false })
  updatedAt!: Date;
}

@Entity({ name: 'agreed_terms' })
export class AgreedTermsEntity {
  @PrimaryColumn({ name: 'account_id', type: 'uuid' })
  accountId!: string;

  @PrimaryColumn({ type: 'text' })
  provider!: ProviderName;

  @PrimaryColumn({ type: 'text' })
  price!: string;

  @Column({ type: 'text' })
  plan!: string;

  @Column({ name: 'plan_version', type: 'integer' })
  planVersion!: number;

  @Column({ type: 'text', array: true })
  entitlements!: readonly Entitlement[];

  @Column({ type: 'jsonb' })
  limits!: Readonly<Partial<Record<Limit, number>>>;
}

@Entity({ name: 'checkouts' })
export class CheckoutEntity {
  @PrimaryColumn({ name: 'account_id', type: 'uuid' })
  accountId!: string;

  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  provider!: ProviderName;

  @Column({ type: 'text' })
  plan!: string;

  @Column({ name: 'plan_version', type: 'integer' })
  planVersion!: number;

  @Column({ type: 'text' })
  price!: string;

  @Column({ type: 'integer' })
  seats!: number;

  @Column({ type: 'text', nullable: true })
  email!: string | null;

  @Column({ type: 'text', nullable: true, insert: false })
  reference!: string | null;

  @Column({ type: 'text', nullable: true, insert: false })
  url!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz', insert: false })
  createdAt!: Date;

  @Column({ type: 'text', nullable: true, insert: false })
  refused!: string | null;

  @Column({ name: 'opened_at', type: 'timestamptz', nullable: true, insert: false })
  openedAt!: Date | null;
}

@Entity({ name: 'billing_events' })
export class BillingEventEntity {
  @PrimaryColumn({ name: 'account_id', type: 'uuid' })
  accountId!: string;

  @PrimaryColumn({ type: 'text' })
  provider!: ProviderName;

  @PrimaryColumn({ type: 'text' })
  event!: string;

  @Column({ name: 'occurred_at', type: 'timestamptz' })
  occurredAt!: Date;

  @Column({ type: 'jsonb' })
  report!: Readonly<Record<string, unknown>>;
}
