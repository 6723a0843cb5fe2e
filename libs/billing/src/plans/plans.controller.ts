import { Controller, Get } from '@nestjs/common';
import { ENTITLEMENTS, LIMITS } from '#libs/entitlements';
import { Endpoint, Json, Nested, Text, Texts, Whole, Resource } from '#libs/http';
import type { Plan } from './plan.js';
import { PlanCatalogue } from './plan-catalogue.js';

class PlanPriceView {
  @Whole({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'For one seat and one month, in the smallest unit' })
  amount!: number;
  @Text({ max: 3, description: 'ISO 4217' })
  currency!: string;
}

export class PlanView {
  @Text({ max: 40 })
  plan!: string;
  @Whole({ min: 1, max: 1_000_000 })
  version!: number;
  @Text({ max: 60 })
  name!: string;
  @Nested(() => PlanPriceView)
  price!: PlanPriceView;
  @Texts({ of: Object.keys(ENTITLEMENTS) })
  entitlements!: readonly string[];
  @Json({ description: `By name: ${Object.keys(LIMITS).join(', ')}; what is not there is not limited` })
  limits!: Readonly<Record<string, number>>;
}

class PlansView {
  @Nested(() => PlanView, { list: true })
  items!: readonly PlanView[];
}

@Resource('plans', 'The plans on sale.')
@Controller('v1/plans')
export class PlansController {
  constructor(private readonly plans: PlanCatalogue) {}

  @Get()
  @Endpoint({
    summary: 'List the plans on sale',
    scope: 'public',
    cacheable: true,
    reason: 'prices are for who is not a customer yet',
    returns: PlansView,
  })
  list(): PlansView {
    return { items: this.plans.onSale.map(viewOf) };
  }
}

function viewOf({ plan, version, name, price, entitlements, limits }: Plan): PlanView {
  return { plan, version, name, price, entitlements, limits: { ...limits } };
}
