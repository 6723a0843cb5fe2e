import type { IncomingMessage } from 'node:http';
import { LocalServer, type LocalAnswer, type LocalOptions, type LocalRequest, type Route } from './local-server.js';
import {
  type Bill,
  type Customer,
  type Purchase,
  randomText,
  RefusedError,
  type Report,
  type Subscription,
} from './merchant.js';
import { stripeSignature } from './signatures.js';

const PREFIX = { customer: 'cus', purchase: 'cs', subscription: 'sub', bill: 'in' } as const;
const TYPES = {
  created: 'customer.subscription.created',
  activated: 'customer.subscription.updated',
  updated: 'customer.subscription.updated',
  past_due: 'customer.subscription.updated',
  canceled: 'customer.subscription.deleted',
} as const;

/** Stripe as it is documented (docs.stripe.com/api), as far as it is used. */
export class LocalStripe extends LocalServer {
  private readonly answered = new Map<string, LocalAnswer>();

  constructor(options: LocalOptions) {
    super(options, (kind) => `${PREFIX[kind]}_${randomText(24)}`);
  }

  protected override isAllowed({ authorization }: IncomingMessage['headers']): boolean {
    return authorization === `Bearer ${this.options.key}`;
  }

  protected override sign(body: string): Record<string, string> {
    return { 'stripe-signature': stripeSignature(body, this.options.webhookSecret) };
  }

  protected override eventsOf(report: Report): readonly object[] {
    const event = (type: string, object: object) => ({
      id: `evt_${randomText(24)}`,
      object: 'event',
      api_version: '2025-03-31.basil',
      created: seconds(report.at),
      type,
      data: { object },
    });
    if (report.kind !== 'billed') return [event(TYPES[report.kind], this.subscriptionData(report.subscription))];
    const { bill } = report;
    return [event(bill.status === 'paid' ? 'invoice.paid' : 'invoice.payment_failed', this.invoiceData(bill))];
  }

  protected override refusal({ code, status, detail }: RefusedError): LocalAnswer {
    const type = code === 'subscription_payment_declined' ? 'card_error' : 'invalid_request_error';
    return {
      status: type === 'card_error' ? 402 : status,
      json: { error: { type, code: type === 'card_error' ? 'card_declined' : code, message: detail } },
    };
  }

  protected override readonly routes: readonly Route[] = [
    ['POST', /^\/v1\/customers$/, (_, request) => this.once(request, (form) => this.createCustomer(form))],
    ['POST', /^\/v1\/checkout\/sessions$/, (_, request) => this.once(request, (form) => this.createSession(form))],
    [
      'POST',
      /^\/v1\/billing_portal\/sessions$/,
      (_, { body }) =>
        json({ object: 'billing_portal.session', url: `${this.url}/portal/${formOf(body).get('customer')}` }),
    ],
    ['POST', /^\/v1\/invoices\/create_preview$/, (_, { body }) => this.preview(formOf(body))],
    ['GET', /^\/v1\/invoices\/(\w+)$/, ([id = '']) => json(this.invoiceData(this.merchant.bills(id)))],
    ['GET', /^\/v1\/prices\/(\w+)$/, ([id = '']) => json(this.priceData(id))],
    ['GET', /^\/v1\/subscriptions\/(\w+)$/, ([id = '']) => json(this.subscriptionData(this.merchant.subscription(id)))],
    [
      'POST',
      /^\/v1\/subscriptions\/(\w+)$/,
      ([id = ''], request) => this.once(request, (form) => this.updateSubscription(id, form)),
    ],
  ];

  /** The same key is answered the same (docs.stripe.com/api/idempotent_requests). */
  private once({ headers, body }: LocalRequest, answer: (form: URLSearchParams) => LocalAnswer): LocalAnswer {
    const key = headers['idempotency-key'];
    const known = typeof key === 'string' ? this.answered.get(key) : undefined;
    if (known) return known;
    const given = answer(formOf(body));
    if (typeof key === 'string') this.answered.set(key, given);
    return given;
  }

  private createCustomer(form: URLSearchParams): LocalAnswer {
    return json(customerData(this.merchant.customer(form.get('email') ?? '', form.get('name') ?? '')));
  }

  private createSession(form: URLSearchParams): LocalAnswer {
    const [price, quantity] = [form.get('line_items[0][price]') ?? '', Number(form.get('line_items[0][quantity]'))];
    return json(this.sessionData(this.merchant.purchase(form.get('customer') ?? '', price, quantity)));
  }

  private updateSubscription(id: string, form: URLSearchParams): LocalAnswer {
    const cancel = form.get('cancel_at_period_end');
    if (cancel !== null) return json(this.subscriptionData(this.merchant.cancelAtEnd(id, cancel === 'true')));
    const [price, quantity] = [form.get('items[0][price]') ?? '', Number(form.get('items[0][quantity]'))];
    return json(this.subscriptionData(this.merchant.change(id, price, quantity)));
  }

  private preview(form: URLSearchParams): LocalAnswer {
    const item = 'subscription_details[items][0]';
    const [price, quantity] = [form.get(`${item}[price]`) ?? '', Number(form.get(`${item}[quantity]`))];
    const { charge, credit } = this.merchant.proration(form.get('subscription') ?? '', price, quantity);
    const lines = [-credit, charge].map((amount) => ({ object: 'line_item', amount }));
    const { currency } = this.merchant.priceOf(price);
    return json({ object: 'invoice', currency: currency.toLowerCase(), lines: { object: 'list', data: lines } });
  }

  private subscriptionData(subscription: Subscription) {
    const { id, status, customer, price, quantity, createdAt, periodStartsAt, periodEndsAt, cancelsAt, canceledAt } =
      subscription;
    const item = {
      id: `si_${id.slice(4)}`,
      object: 'subscription_item',
      price: this.priceData(price),
      quantity,
      current_period_start: seconds(periodStartsAt),
      current_period_end: seconds(periodEndsAt),
    };
    return {
      id,
      object: 'subscription',
      status,
      customer,
      created: seconds(createdAt),
      start_date: seconds(createdAt),
      cancel_at: cancelsAt && seconds(cancelsAt),
      cancel_at_period_end: cancelsAt !== null,
      canceled_at: canceledAt && seconds(canceledAt),
      currency: this.merchant.priceOf(price).currency.toLowerCase(),
      items: { object: 'list', data: [item] },
    };
  }

  private invoiceData(bill: Bill) {
    const { id, number, subscription, customer, amount, currency, status, createdAt } = bill;
    const payer = this.merchant.books.customers.find((known) => known.id === customer);
    return {
      id,
      object: 'invoice',
      number,
      customer,
      customer_email: payer?.email ?? null,
      customer_name: payer?.name ?? null,
      status: status === 'paid' ? 'paid' : 'open',
      total: amount,
      currency: currency.toLowerCase(),
      created: seconds(createdAt),
      invoice_pdf: `${this.url}/bills/${id}`,
      status_transitions: { finalized_at: seconds(createdAt) },
      parent: { type: 'subscription_details', subscription_details: { subscription } },
    };
  }

  private priceData(id: string) {
    const { amount, currency } = this.merchant.priceOf(id);
    const recurring = { interval: 'month', interval_count: 1 };
    return { id, object: 'price', currency: currency.toLowerCase(), unit_amount: amount, recurring };
  }

  private sessionData({ id, customer }: Purchase) {
    return { id, object: 'checkout.session', customer, mode: 'subscription', url: `${this.url}/checkout/${id}` };
  }
}

function formOf(body: string): URLSearchParams {
  return new URLSearchParams(body);
}

function json(content: object): LocalAnswer {
  return { json: content };
}

function customerData({ id, email, name }: Customer) {
  return { id, object: 'customer', email, name };
}

function seconds(text: string): number {
  return Math.floor(Date.parse(text) / 1_000);
}
