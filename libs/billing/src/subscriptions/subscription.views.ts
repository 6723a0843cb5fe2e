import { Choice, Bool, Json, DateTime, Text, StringArray, Uuid, Integer } from '#libs/http';
import { STATES } from './life.js';

export const MAX_SEATS = 100_000;

export class SubscriptionView {
  @Uuid()
  account_id!: string;
  @Choice(STATES)
  state!: string;
  @DateTime()
  since!: string;
  @DateTime({ nullable: true, description: 'When the state changes without an action of the account' })
  deadline_at!: string | null;
  @Bool({ description: 'Whether the account is read-only until it is paid' })
  read_only!: boolean;
  @Text({ max: 40 })
  plan!: string;
  @Integer({ min: 1, max: 1_000_000 })
  plan_version!: number;
  @Integer({ min: 1, max: MAX_SEATS, nullable: true, description: 'Maximum number of members; null for unlimited' })
  seats!: number | null;
  @StringArray()
  entitlements!: readonly string[];
  @Json({ description: 'By name of the limit. A limit that is absent is unlimited' })
  limits!: Readonly<Record<string, number>>;
  @Text({ max: 20, nullable: true, description: 'The payment provider; null before the first purchase' })
  provider!: string | null;
  @DateTime({ nullable: true, description: 'End of the paid period' })
  period_ends_at!: string | null;
  @DateTime({ nullable: true, description: 'When a cancelled subscription ends' })
  cancels_at!: string | null;
  @DateTime({ nullable: true, description: 'Until when the data of an ended subscription is kept' })
  data_until!: string | null;
  @Text({ max: 20, nullable: true, description: 'A change that the payment provider has not confirmed yet' })
  pending!: string | null;
  @Text({ max: 100, nullable: true, description: 'Reason of the payment provider for refusing the last change' })
  refused!: string | null;
  @Integer({ min: 1, max: 2_147_483_647 })
  version!: number;
  @DateTime()
  updated_at!: string;
}

export class CheckoutView {
  @Uuid()
  id!: string;
  @Choice(['starting', 'open', 'refused'])
  status!: string;
  @Text({ max: 40 })
  plan!: string;
  @Integer({ min: 1, max: 1_000_000 })
  plan_version!: number;
  @Integer({ min: 1, max: MAX_SEATS })
  seats!: number;
  @Text({ max: 2000, nullable: true, description: 'URL for the payment; set once the status is open' })
  url!: string | null;
  @Text({ max: 100, nullable: true, description: 'Reason of the payment provider for refusing it' })
  refused!: string | null;
  @DateTime()
  created_at!: string;
}

export class ChangePreviewView {
  @Uuid()
  account_id!: string;
  @Integer({ min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER, description: 'Negative for a credit' })
  due_now!: number;
  @Integer({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'Credit for the unused part of the paid period' })
  credit!: number;
  @Integer({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'For the remainder of the current month' })
  charge!: number;
  @Integer({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'For each month from the next invoice on' })
  recurring!: number;
  @Text({ max: 3, description: 'ISO 4217; every amount is in its smallest unit' })
  currency!: string;
  @DateTime({ nullable: true })
  next_billed_at!: string | null;
}

export class PortalView {
  @Uuid()
  account_id!: string;
  @Text({ max: 2000, description: 'Valid for some minutes, without authentication' })
  url!: string;
}
