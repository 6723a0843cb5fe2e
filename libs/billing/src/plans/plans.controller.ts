import { Controller, Get } from '@nestjs/common';
import { Endpoint, Resource } from '#libs/http';
import type { Plan } from './plan.js';
import { PlanCatalogue } from './plan-catalogue.js';
import { PlanView, PlansView } from './plans.views.js';

@Resource('plans', 'The plans on sale.')
@Controller('v1/plans')
export class PlansController {
  constructor(private readonly plans: PlanCatalogue) {}

  @Get()
  @Endpoint({
    summary: 'List the plans on sale',
    scope: 'public',
    cacheable: true,
    reason: 'prices are public',
    returns: PlansView,
  })
  list(): PlansView {
    return { items: this.plans.onSale.map(viewOf) };
  }
}

function viewOf({ plan, version, name, price, entitlements, limits }: Plan): PlanView {
  return { plan, version, name, price, entitlements, limits: { ...limits } };
}
