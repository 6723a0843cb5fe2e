import { ENTITLEMENTS, LIMITS } from '#libs/entitlements';
import { Json, Nested, Text, StringArray, Integer } from '#libs/http';

class PlanPriceView {
  @Integer({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'For one seat and one month, in the smallest unit' })
  amount!: number;
  @Text({ max: 3, description: 'ISO 4217' })
  currency!: string;
}

export class PlanView {
  @Text({ max: 40 })
  plan!: string;
  @Integer({ min: 1, max: 1_000_000 })
  version!: number;
  @Text({ max: 60 })
  name!: string;
  @Nested(() => PlanPriceView)
  price!: PlanPriceView;
  @StringArray({ of: Object.keys(ENTITLEMENTS) })
  entitlements!: readonly string[];
  @Json({ description: `By name: ${Object.keys(LIMITS).join(', ')}. A limit that is absent is unlimited` })
  limits!: Readonly<Record<string, number>>;
}

export class PlansView {
  @Nested(() => PlanView, { list: true })
  items!: readonly PlanView[];
}
