import { Choice, Flag, Json, Moment, Text, Texts, Uuid, Whole } from '#libs/http';
import { STATES } from './life.js';

export const MOST_SEATS = 100_000;

export class SubscriptionView {
  @Uuid()
  account_id!: string;
  @Choice(STATES)
  state!: string;
  @Moment()
  since!: string;
  @Moment({ nullable: true, description: 'When the state changes by itself' })
  deadline_at!: string | null;
  @Flag({ description: 'Whether nothing can be changed in the account until it is paid for' })
  read_only!: boolean;
  @Text({ max: 40 })
  plan!: string;
  @Whole({ min: 1, max: 1_000_000 })
  plan_version!: number;
  @Whole({ min: 1, max: MOST_SEATS, nullable: true, description: 'Members at most; null for as many as one likes' })
  seats!: number | null;
  @Texts()
  entitlements!: readonly string[];
  @Json({ description: 'By name; what is not there is not limited' })
  limits!: Readonly<Record<string, number>>;
  @Text({ max: 20, nullable: true, description: 'Who takes the payments; null before anything was bought' })
  provider!: string | null;
  @Moment({ nullable: true, description: 'Until when it is paid' })
  period_ends_at!: string | null;
  @Moment({ nullable: true, description: 'When it ends, where it was cancelled' })
  cancels_at!: string | null;
  @Moment({ nullable: true, description: 'Until when the data is kept, where it has ended' })
  data_until!: string | null;
  @Text({ max: 20, nullable: true, description: 'A change that the provider of payments has not answered yet' })
  pending!: string | null;
  @Text({ max: 100, nullable: true, description: 'Why the provider of payments refused the last change' })
  refused!: string | null;
  @Whole({ min: 1, max: 2_147_483_647 })
  version!: number;
  @Moment()
  updated_at!: string;
}

export class CheckoutView {
  @Uuid()
  id!: string;
  @Choice(['starting', 'open', 'refused'])
  status!: string;
  @Text({ max: 40 })
  plan!: string;
  @Whole({ min: 1, max: 1_000_000 })
  plan_version!: number;
  @Whole({ min: 1, max: MOST_SEATS })
  seats!: number;
  @Text({ max: 2000, nullable: true, description: 'Where it is paid; there once the status is open' })
  url!: string | null;
  @Text({ max: 100, nullable: true, description: 'Why the provider of payments refused it' })
  refused!: string | null;
  @Moment()
  created_at!: string;
}

export class ChangePreviewView {
  @Uuid()
  account_id!: string;
  @Whole({ min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER, description: 'Below 0 for what is credited' })
  due_now!: number;
  @Whole({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'For what is not used of what was paid' })
  credit!: number;
  @Whole({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'For the rest of the month' })
  charge!: number;
  @Whole({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'A month, from the next bill on' })
  recurring!: number;
  @Text({ max: 3, description: 'ISO 4217; every amount is in its smallest unit' })
  currency!: string;
  @Moment({ nullable: true })
  next_billed_at!: string | null;
}

export class PortalView {
  @Uuid()
  account_id!: string;
  @Text({ max: 2000, description: 'Good for some minutes, for whoever has it' })
  url!: string;
}
