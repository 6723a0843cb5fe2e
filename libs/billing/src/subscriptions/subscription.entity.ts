import type { Entitlement, Limit } from '#libs/entitlements';
import { TableRow } from '#libs/database';
import { Entity } from 'typeorm';
import type { Beginning } from './fold.js';

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
export class SubscriptionEntity extends TableRow('subscriptions') {
  declare beginning: StoredBeginning;
  declare pending: PendingChange | null;
}

@Entity({ name: 'agreed_terms' })
export class AgreedTermsEntity extends TableRow('agreed_terms') {
  declare entitlements: readonly Entitlement[];
  declare limits: Readonly<Partial<Record<Limit, number>>>;
}

@Entity({ name: 'checkouts' })
export class CheckoutEntity extends TableRow('checkouts') {}

@Entity({ name: 'billing_events' })
export class BillingEventEntity extends TableRow('billing_events') {
  declare report: Readonly<Record<string, unknown>>;
}
