import type { InvoiceReport, ProviderEvent } from '../payment-provider.port.js';
import type { SubscriptionReport } from '../../subscriptions/fold.js';

/** The fields of a subscription that count here, as the SDK names them. */
export interface PaddleSubscription {
  readonly id: string;
  readonly status: string;
  readonly customerId: string;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly currentBillingPeriod: { readonly endsAt: string } | null;
  readonly scheduledChange: { readonly action: string; readonly effectiveAt: string } | null;
  readonly items: readonly { readonly quantity: number; readonly price: { readonly id: string } | null }[];
  /** In `subscription.created` alone: the purchase that it came of. */
  readonly transactionId?: string | null;
}

/** The fields of a transaction that count here. Nothing of payments, cards or people is read. */
export interface PaddleTransaction {
  readonly id: string;
  readonly status: string;
  readonly subscriptionId: string | null;
  readonly invoiceNumber: string | null;
  readonly currencyCode: string;
  readonly createdAt: string;
  readonly billedAt: string | null;
  readonly details: { readonly totals: { readonly grandTotal: string } | null } | null;
}

/** An event of Paddle's (developer.paddle.com/webhooks), as the SDK reads it. */
export interface PaddleEvent {
  readonly eventId: string;
  readonly eventType: string;
  readonly occurredAt: string;
  readonly data: unknown;
}

const STATUS = {
  active: 'active',
  // a trial of the provider's own: everything is there, and paid later
  trialing: 'active',
  past_due: 'past_due',
  paused: 'paused',
  canceled: 'canceled',
} as const;

const INVOICE_STATUS: Readonly<Record<string, InvoiceReport['status']>> = {
  billed: 'open',
  paid: 'paid',
  completed: 'paid',
  past_due: 'past_due',
  canceled: 'cancelled',
};

/** What an event says; null for one that means nothing here. @throws {TypeError} where it is not as documented */
export function readPaddleEvent({
  eventId: event,
  eventType: type,
  occurredAt: at,
  data,
}: PaddleEvent): ProviderEvent | null {
  const base = { provider: 'paddle', event: required(event), occurredAt: moment(at) } as const;
  if (type.startsWith('subscription.')) {
    const subscription = data as PaddleSubscription;
    // not the customer: a person can pay for several accounts, and for what is none of ours
    const { id, transactionId } = subscription;
    const refersTo = [id, transactionId].filter((reference) => typeof reference === 'string');
    return { ...base, refersTo, subscription: reportOf(subscription) };
  }
  if (type.startsWith('transaction.')) {
    const transaction = data as PaddleTransaction;
    const invoice = invoiceOf(transaction);
    if (!invoice) return null;
    return { ...base, refersTo: [invoice.subscription, invoice.reference], invoice };
  }
  return null;
}

/** A subscription as it is reported. The first item is the plan; nothing else is sold. */
export function reportOf(subscription: PaddleSubscription): SubscriptionReport {
  const { id, status, customerId: customer, items, scheduledChange: scheduled } = subscription;
  const [item] = items;
  const known = STATUS[status as keyof typeof STATUS];
  if (!known || !item)
    throw new TypeError(`The subscription ${id} has the status ${status} and ${items.length} items.`);
  const { currentBillingPeriod: period, startedAt: started, createdAt: created } = subscription;
  return {
    provider: 'paddle',
    reference: required(id),
    customer: required(customer),
    status: known,
    price: required(item.price?.id),
    quantity: seatsOf(item.quantity),
    startedAt: moment(started ?? created),
    periodEndsAt: period && moment(period.endsAt),
    cancelsAt: scheduled?.action === 'cancel' ? moment(scheduled.effectiveAt) : null,
  };
}

/** What was billed; null for a transaction that bills nothing yet, or nothing that is a subscription's. */
function invoiceOf(transaction: PaddleTransaction): InvoiceReport | null {
  const { id, subscriptionId: subscription, billedAt: billed, details, currencyCode: currency } = transaction;
  const status = INVOICE_STATUS[transaction.status];
  if (!status || !subscription || !details?.totals) return null;
  return {
    reference: required(id),
    subscription,
    number: transaction.invoiceNumber,
    status,
    amount: whole(details.totals.grandTotal),
    currency,
    billedAt: moment(billed ?? transaction.createdAt),
  };
}

function seatsOf(quantity: number): number {
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > 1_000_000)
    throw new TypeError(`${quantity} is no number of seats.`);
  return quantity;
}

function required(text: unknown): string {
  if (typeof text !== 'string' || !text || text.length > 100) throw new TypeError('A reference is missing.');
  return text;
}

function moment(text: string): Date {
  const found = new Date(text);
  if (typeof text !== 'string' || Number.isNaN(found.getTime())) throw new TypeError(`"${text}" is no moment.`);
  return found;
}

/** Paddle writes amounts as texts of whole numbers, in the smallest unit of the currency. */
function whole(text: string): number {
  const amount = Number(text);
  if (!Number.isSafeInteger(amount)) throw new TypeError(`"${text}" is no amount.`);
  return amount;
}
