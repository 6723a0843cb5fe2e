import { Controller, Get } from '@nestjs/common';
import { Endpoint, Resource } from '#libs/http';
import { UsageReadModel } from './usage.read-model.js';
import { UsageView } from './usage.views.js';
import { USAGE } from '../billing.acts.js';

@Resource('usage', 'How much of its plan’s limits the account uses.')
@Controller('v1/account/usage')
export class UsageController {
  constructor(private readonly reads: UsageReadModel) {}

  @Get()
  @Endpoint({
    summary: 'Show how much of its plan’s limits the account uses',
    scope: 'account',
    records: USAGE.read,
    permission: 'billing.read',
    returns: UsageView,
  })
  show(): Promise<UsageView> {
    return this.reads.current();
  }
}
