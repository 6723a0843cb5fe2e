import type Stripe from 'stripe';
import type { SubscriptionReport } from '../../subscriptions/fold.js';
import type { InvoiceReport, ProviderEvent } from '../payment-provider.port.js';

const STATUS: Readonly<Record<string, SubscriptionReport['status']>> = {
  active: 'active',
  // a trial of the provider's own: everything is there, and paid later
  trialing: 'active',
  past_due: 'past_due',
  unpaid: 'past_due',
  paused: 'paused',
  canceled: 'canceled',
};

/** How late in a life an event comes; Stripe's clock has whole seconds, and much happens in one. */
const RANKS: Readonly<Record<string, number>> = {
  'customer.subscription.created': 0,
  'customer.subscription.updated': 1,
  'customer.subscription.deleted': 2,
};

const INVOICE_STATUS: Readonly<Record<string, InvoiceReport['status']>> = {
  open: 'open',
  paid: 'paid',
  uncollectible: 'past_due',
  void: 'cancelled',
};

/** What an event says; null for one that means nothing here. @throws {TypeError} where it is not as documented */
export function readStripeEvent({ id, type, created, data: { object } }: Stripe.Event): ProviderEvent | null {
  const base = { provider: 'stripe', event: id, occurredAt: moment(created) } as const;
  if (type.startsWith('customer.subscription.')) {
    const subscription = object as Stripe.Subscription;
    // there was never anything to it before the first payment
    if (subscription.status.startsWith('incomplete')) return null;
    const refersTo = [subscription.id, idOf(subscription.customer)];
    return { ...base, rank: RANKS[type] ?? 1, refersTo, subscription: reportOf(subscription) };
  }
  if (type.startsWith('invoice.')) {
    const stripes = object as Stripe.Invoice;
    const invoice = invoiceOf(stripes, type === 'invoice.payment_failed');
    if (!invoice) return null;
    const refersTo = [invoice.subscription, ...(stripes.customer ? [idOf(stripes.customer)] : [])];
    return { ...base, refersTo, invoice };
  }
  return null;
}

/** A subscription as it is reported. The first item is the plan; nothing else is sold. */
export function reportOf(subscription: Stripe.Subscription): SubscriptionReport {
  const { id, status, customer, items, start_date: started, cancel_at: cancelsAt } = subscription;
  const [item] = items.data;
  const known = STATUS[status];
  if (!known || !item) throw new TypeError(`The subscription ${id} has the status ${status}.`);
  const periodEndsAt = moment(item.current_period_end);
  const ends = cancelsAt ? moment(cancelsAt) : subscription.cancel_at_period_end ? periodEndsAt : null;
  return {
    provider: 'stripe',
    reference: id,
    customer: idOf(customer),
    status: known,
    price: item.price.id,
    quantity: item.quantity ?? 1,
    startedAt: moment(started),
    periodEndsAt: known === 'canceled' ? null : periodEndsAt,
    cancelsAt: known === 'canceled' ? null : ends,
  };
}

/** What was billed; null for a draft, and for what is no subscription's. */
function invoiceOf(invoice: Stripe.Invoice, failed: boolean): InvoiceReport | null {
  const { id, number, total, currency, created, parent, status_transitions: moments } = invoice;
  const status = INVOICE_STATUS[invoice.status ?? ''];
  const subscription = parent?.subscription_details?.subscription;
  if (!id || !status || !subscription) return null;
  return {
    reference: id,
    subscription: idOf(subscription),
    number,
    status: failed && status === 'open' ? 'past_due' : status,
    amount: total,
    currency: currency.toUpperCase(),
    billedAt: moment(moments.finalized_at ?? created),
  };
}

function idOf(reference: string | { readonly id: string }): string {
  return typeof reference === 'string' ? reference : reference.id;
}

function moment(seconds: number): Date {
  if (!Number.isFinite(seconds)) throw new TypeError(`${seconds} is no moment.`);
  return new Date(seconds * 1_000);
}
