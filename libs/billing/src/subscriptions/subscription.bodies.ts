import { Text, Integer } from '#libs/http';
import { MAX_SEATS } from './subscription.views.js';

export class CheckoutBody {
  @Text({ max: 40 })
  plan!: string;
  @Integer({ min: 1, max: MAX_SEATS })
  seats!: number;
  @Text({ max: 320, optional: true, description: 'Email of the payer. Default your own' })
  email?: string;
}

export class SubscriptionChangesBody {
  @Text({ max: 40, optional: true })
  plan?: string;
  @Integer({ min: 1, max: MAX_SEATS, optional: true })
  seats?: number;
}

export class PreviewQuery {
  @Text({ max: 40, optional: true })
  plan?: string;
  @Integer({ min: 1, max: MAX_SEATS, optional: true })
  seats?: number;
}
