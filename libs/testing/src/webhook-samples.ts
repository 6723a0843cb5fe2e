import { newId } from '#libs/context';
import { paddleSignature, stripeSignature } from '#libs/local-payments';
import { WorldPayments } from './world-payments.js';

/** A webhook with the header that says whose it is. */
export interface SignedWebhook {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const MOMENT = '2036-01-01T00:00:00.000Z';
const CYCLE = { interval: 'month', frequency: 1 };
const PRICE = {
  id: 'pri_00000000000000000starter01',
  unit_price: { amount: '1900', currency_code: 'USD' },
  billing_cycle: CYCLE,
};

/** A Paddle webhook about a subscription, signed now. @param changes of the subscription; default one that nobody has begun. */
export function paddleWebhook(changes: object = {}, envelope: object = {}): SignedWebhook {
  const data = {
    id: `sub_${newId()}`,
    status: 'active',
    customer_id: `ctm_${newId()}`,
    created_at: MOMENT,
    updated_at: MOMENT,
    started_at: MOMENT,
    current_billing_period: { starts_at: MOMENT, ends_at: '2036-02-01T00:00:00.000Z' },
    scheduled_change: null,
    billing_cycle: CYCLE,
    currency_code: 'USD',
    items: [{ quantity: 1, status: 'active', recurring: true, price: PRICE }],
    ...changes,
  };
  const event = {
    event_id: `evt_${newId()}`,
    event_type: 'subscription.updated',
    occurred_at: MOMENT,
    data,
    ...envelope,
  };
  const body = JSON.stringify(event);
  return { body, headers: { 'paddle-signature': paddleSignature(body, WorldPayments.secret) } };
}

/** A Stripe webhook about a subscription that nobody has begun, signed now. */
export function stripeWebhook(): SignedWebhook {
  const created = Date.parse(MOMENT) / 1_000;
  const item = { price: { id: 'price_starter01' }, quantity: 1, current_period_end: created + 2_592_000 };
  const object = {
    id: `sub_${newId()}`,
    object: 'subscription',
    status: 'active',
    customer: `cus_${newId()}`,
    start_date: created,
    cancel_at: null,
    cancel_at_period_end: false,
    items: { object: 'list', data: [item] },
  };
  const body = JSON.stringify({
    id: `evt_${newId()}`,
    object: 'event',
    created,
    type: 'customer.subscription.updated',
    data: { object },
  });
  return { body, headers: { 'stripe-signature': stripeSignature(body, WorldPayments.secret) } };
}
