import { Text, Whole } from '#libs/http';
import { MOST_SEATS } from './subscription.views.js';

export class CheckoutBody {
  @Text({ max: 40 })
  plan!: string;
  @Whole({ min: 1, max: MOST_SEATS })
  seats!: number;
  @Text({ max: 320, optional: true, description: 'Email of the payer. Default your own' })
  email?: string;
}

export class SubscriptionChangesBody {
  @Text({ max: 40, optional: true })
  plan?: string;
  @Whole({ min: 1, max: MOST_SEATS, optional: true })
  seats?: number;
}

export class PreviewQuery {
  @Text({ max: 40, optional: true })
  plan?: string;
  @Whole({ min: 1, max: MOST_SEATS, optional: true })
  seats?: number;
}
