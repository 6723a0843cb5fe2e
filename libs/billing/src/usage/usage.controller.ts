import { Controller, Get } from '@nestjs/common';
import { Endpoint, Nested, Numbers, Text, Uuid, Whole, Resource } from '#libs/http';
import { UsageReadModel } from './usage.read-model.js';

class UsageItemView {
  @Text({ max: 40 })
  limit!: string;
  @Whole({ min: 0, max: Number.MAX_SAFE_INTEGER })
  used!: number;
  @Whole({ min: 0, max: Number.MAX_SAFE_INTEGER, nullable: true, description: 'Null for as much as one likes' })
  most!: number | null;
  @Numbers([80, 100], { nullable: true, description: 'Percent of the limit that were reached' })
  mark!: 80 | 100 | null;
}

export class UsageView {
  @Uuid()
  account_id!: string;
  @Nested(() => UsageItemView, { list: true })
  items!: readonly UsageItemView[];
}

@Resource('usage', 'How much of its plan’s limits the account uses.')
@Controller('v1/account/usage')
export class UsageController {
  constructor(private readonly reads: UsageReadModel) {}

  @Get()
  @Endpoint({
    summary: 'Show how much of its plan the account uses',
    scope: 'account',
    records: ['billing', 'usage.read'],
    permission: 'billing.read',
    returns: UsageView,
  })
  show(): Promise<UsageView> {
    return this.reads.current();
  }
}
