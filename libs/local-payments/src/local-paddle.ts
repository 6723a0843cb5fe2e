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
import { paddleSignature } from './signatures.js';

const PREFIX = { customer: 'ctm', purchase: 'txn', subscription: 'sub', bill: 'txn' } as const;
const PRODUCT = `pro_${'0'.repeat(26)}`;
const LISTED_AT = '2026-01-01T00:00:00.000Z';
const CYCLE = { interval: 'month', frequency: 1 };

interface CustomerBody {
  readonly email?: string;
  readonly name?: string;
  readonly custom_data?: { readonly account?: string } | null;
}

interface ItemsBody {
  readonly items?: readonly { readonly price_id?: string; readonly quantity?: number }[];
}

/** Paddle Billing as it is documented (developer.paddle.com/api-reference), as far as it is used. */
export class LocalPaddle extends LocalServer {
  constructor(options: LocalOptions) {
    super(options, (kind) => `${PREFIX[kind]}_${randomText(26)}`);
  }

  protected override isAllowed({ authorization }: IncomingMessage['headers']): boolean {
    return authorization?.toLowerCase() === `bearer ${this.options.key}`.toLowerCase();
  }

  protected override sign(body: string): Record<string, string> {
    return { 'paddle-signature': paddleSignature(body, this.options.webhookSecret) };
  }

  protected override eventsOf(report: Report): readonly object[] {
    const { at } = report;
    const event = (type: string, data: object) => ({
      event_id: `evt_${randomText(26)}`,
      event_type: type,
      occurred_at: at,
      notification_id: `ntf_${randomText(26)}`,
      data,
    });
    if (report.kind === 'billed') {
      const types = {
        paid: 'transaction.completed',
        past_due: 'transaction.past_due',
        canceled: 'transaction.canceled',
      };
      return [event(types[report.bill.status], this.transactionOfBill(report.bill))];
    }
    const { kind, subscription } = report;
    const { management_urls: _, ...data } = this.subscriptionData(subscription);
    return [
      event(`subscription.${kind}`, { ...data, ...(kind === 'created' && { transaction_id: subscription.purchase }) }),
    ];
  }

  protected override refusal({ code, status, detail }: RefusedError): LocalAnswer {
    const documentation_url = `https://developer.paddle.com/errors/${code}`;
    return {
      status,
      json: { error: { type: 'request_error', code, detail, documentation_url }, meta: { request_id: randomText(36) } },
    };
  }

  protected override readonly routes: readonly Route[] = [
    ['POST', /^\/customers$/, (_, request) => this.createCustomer(request)],
    ['GET', /^\/customers$/, (_, { query }) => this.listCustomers(query.get('email') ?? '')],
    ['POST', /^\/customers\/(\w+)\/portal-sessions$/, ([id = '']) => data(this.portalData(id), 201)],
    ['POST', /^\/transactions$/, (_, request) => this.createTransaction(request)],
    [
      'GET',
      /^\/transactions\/(\w+)\/invoice$/,
      ([id = '']) => data({ url: `${this.url}/bills/${this.merchant.bills(id).id}` }),
    ],
    ['GET', /^\/subscriptions\/(\w+)$/, ([id = '']) => data(this.subscriptionData(this.merchant.subscription(id)))],
    ['PATCH', /^\/subscriptions\/(\w+)$/, ([id = ''], request) => this.updateSubscription(id, request)],
    ['PATCH', /^\/subscriptions\/(\w+)\/preview$/, ([id = ''], request) => this.previewSubscription(id, request)],
    [
      'POST',
      /^\/subscriptions\/(\w+)\/cancel$/,
      ([id = '']) => data(this.subscriptionData(this.merchant.cancelAtEnd(id, true))),
    ],
  ];

  private createCustomer({ body }: LocalRequest): LocalAnswer {
    const { email = '', name = '', custom_data: note } = JSON.parse(body) as CustomerBody;
    const known = this.merchant.books.customers.find((customer) => customer.email === email);
    if (known)
      throw new RefusedError(
        'customer_already_exists',
        409,
        `customer email conflicts with customer of id ${known.id}`,
      );
    return data(customerData(this.merchant.customer(email, name, note?.account ?? null)), 201);
  }

  private listCustomers(email: string): LocalAnswer {
    const found = this.merchant.books.customers.filter((customer) => customer.email === email);
    const pagination = { per_page: 50, next: this.url, has_more: false, estimated_total: found.length };
    return { json: { data: found.map(customerData), meta: { request_id: randomText(36), pagination } } };
  }

  private createTransaction({ body }: LocalRequest): LocalAnswer {
    const { customer_id: customer = '', ...rest } = JSON.parse(body) as ItemsBody & { customer_id?: string };
    const { price, quantity } = itemOf(rest);
    return data(this.transactionOfPurchase(this.merchant.purchase(customer, price, quantity)), 201);
  }

  private updateSubscription(id: string, { body }: LocalRequest): LocalAnswer {
    const changes = JSON.parse(body) as ItemsBody & { scheduled_change?: null; proration_billing_mode?: string };
    if (changes.scheduled_change === null) return data(this.subscriptionData(this.merchant.cancelAtEnd(id, false)));
    if (!changes.proration_billing_mode)
      throw new RefusedError('subscription_items_update_missing_proration_billing_mode');
    const { price, quantity } = itemOf(changes);
    return data(this.subscriptionData(this.merchant.change(id, price, quantity)));
  }

  private previewSubscription(id: string, { body }: LocalRequest): LocalAnswer {
    const { price, quantity } = itemOf(JSON.parse(body) as ItemsBody);
    const { charge, credit } = this.merchant.proration(id, price, quantity);
    const subscription = { ...this.merchant.subscription(id), price, quantity };
    const { currency } = this.merchant.priceOf(price);
    const amount = (value: number) => ({ amount: String(value), currency_code: currency });
    const result = { action: charge >= credit ? 'charge' : 'credit', ...amount(Math.abs(charge - credit)) };
    return data({
      ...this.subscriptionData(subscription),
      immediate_transaction: null,
      next_transaction: null,
      recurring_transaction_details: detailsOf(this.merchant.monthly(subscription), currency),
      update_summary: { credit: amount(credit), charge: amount(charge), result },
    });
  }

  private portalData(id: string) {
    const { id: customer } = this.merchant.knownCustomer(id);
    const urls = { general: { overview: `${this.url}/portal/${customer}` }, subscriptions: [] };
    return { id: `cpls_${randomText(26)}`, customer_id: customer, urls, created_at: new Date().toISOString() };
  }

  private subscriptionData(subscription: Subscription) {
    const { id, status, customer, price, quantity, createdAt, updatedAt, periodStartsAt, periodEndsAt } = subscription;
    const { cancelsAt, canceledAt } = subscription;
    const gone = status === 'canceled';
    const item = {
      status: gone ? 'inactive' : 'active',
      quantity,
      recurring: true,
      created_at: createdAt,
      updated_at: updatedAt,
      previously_billed_at: periodStartsAt,
      next_billed_at: gone || cancelsAt ? null : periodEndsAt,
      trial_dates: null,
      price: this.priceData(price),
      product: this.productData(price),
    };
    return {
      id,
      status,
      customer_id: customer,
      address_id: `add_${'0'.repeat(26)}`,
      business_id: null,
      currency_code: this.merchant.priceOf(price).currency,
      created_at: createdAt,
      updated_at: updatedAt,
      started_at: createdAt,
      first_billed_at: createdAt,
      next_billed_at: item.next_billed_at,
      paused_at: null,
      canceled_at: canceledAt,
      discount: null,
      collection_mode: 'automatic',
      billing_details: null,
      current_billing_period: gone ? null : { starts_at: periodStartsAt, ends_at: periodEndsAt },
      billing_cycle: CYCLE,
      scheduled_change: cancelsAt ? { action: 'cancel', effective_at: cancelsAt, resume_at: null } : null,
      management_urls: null,
      items: [item],
      custom_data: null,
      import_meta: null,
    };
  }

  private productData(price: string) {
    return {
      id: PRODUCT,
      name: this.merchant.priceOf(price).name,
      description: null,
      type: 'standard',
      tax_category: 'standard',
      image_url: null,
      custom_data: null,
      status: 'active',
      import_meta: null,
      created_at: LISTED_AT,
      updated_at: LISTED_AT,
    };
  }

  private priceData(id: string) {
    const { name, amount, currency } = this.merchant.priceOf(id);
    return {
      id,
      product_id: PRODUCT,
      name,
      description: `${name} (per seat)`,
      type: 'standard',
      billing_cycle: CYCLE,
      trial_period: null,
      tax_mode: 'account_setting',
      unit_price: { amount: String(amount), currency_code: currency },
      unit_price_overrides: [],
      quantity: { minimum: 1, maximum: 100_000 },
      status: 'active',
      custom_data: null,
      import_meta: null,
      created_at: LISTED_AT,
      updated_at: LISTED_AT,
    };
  }

  private transactionOfPurchase({ id, customer, price, quantity, createdAt }: Purchase) {
    const { currency } = this.merchant.priceOf(price);
    return {
      ...this.transactionBase({
        id,
        customer,
        price,
        quantity,
        currency,
        amount: this.merchant.monthly({ price, quantity }),
      }),
      status: 'ready',
      subscription_id: null,
      invoice_number: null,
      billed_at: null,
      created_at: createdAt,
      updated_at: createdAt,
    };
  }

  private transactionOfBill(bill: Bill) {
    const { status, subscription, number, createdAt, updatedAt } = bill;
    return {
      ...this.transactionBase(bill),
      status: status === 'paid' ? 'completed' : status,
      subscription_id: subscription,
      invoice_number: number,
      billed_at: createdAt,
      created_at: createdAt,
      updated_at: updatedAt,
      payments: [paymentOf(bill)],
    };
  }

  private transactionBase(of: Pick<Bill, 'id' | 'customer' | 'price' | 'quantity' | 'currency' | 'amount'>) {
    return {
      id: of.id,
      customer_id: of.customer,
      address_id: null,
      business_id: null,
      custom_data: null,
      currency_code: of.currency,
      origin: 'api',
      invoice_id: null,
      collection_mode: 'automatic',
      discount_id: null,
      billing_details: null,
      billing_period: null,
      items: [{ price: this.priceData(of.price), quantity: of.quantity, proration: null }],
      details: detailsOf(of.amount, of.currency),
      payments: [],
      checkout: { url: `${this.url}/checkout/${of.id}` },
      revised_at: null,
    };
  }
}

function data(content: object, status = 200): LocalAnswer {
  return { status, json: { data: content, meta: { request_id: randomText(36) } } };
}

function customerData({ id, email, name, account, createdAt }: Customer) {
  return {
    id,
    email,
    name,
    status: 'active',
    custom_data: account === null ? null : { account },
    marketing_consent: false,
    locale: 'en',
    created_at: createdAt,
    updated_at: createdAt,
    import_meta: null,
  };
}

function itemOf({ items = [] }: ItemsBody): { readonly price: string; readonly quantity: number } {
  const [item] = items;
  if (!item?.price_id || !Number.isInteger(item.quantity)) throw new RefusedError('bad_request');
  return { price: item.price_id, quantity: item.quantity as number };
}

/** How a bill was paid, as Paddle tells it: with a card that is to be kept nowhere. */
function paymentOf({ amount, status, createdAt }: Bill) {
  const paid = status === 'paid';
  return {
    payment_attempt_id: '00000000-0000-4000-8000-000000000001',
    stored_payment_method_id: '00000000-0000-4000-8000-000000000002',
    payment_method_id: `paymtd_${'0'.repeat(26)}`,
    amount: String(amount),
    status: paid ? 'captured' : 'error',
    error_code: paid ? null : 'declined',
    created_at: createdAt,
    captured_at: paid ? createdAt : null,
    method_details: {
      type: 'card',
      card: { type: 'visa', last4: '4242', expiry_month: 12, expiry_year: 2040, cardholder_name: 'Somebody' },
    },
  };
}

function detailsOf(amount: number, currency: string) {
  const text = String(amount);
  const totals = {
    subtotal: text,
    discount: '0',
    tax: '0',
    total: text,
    credit: '0',
    credit_to_balance: '0',
    balance: '0',
    grand_total: text,
    fee: null,
    earnings: null,
    currency_code: currency,
  };
  return {
    tax_rates_used: [],
    totals,
    adjusted_totals: totals,
    payout_totals: null,
    adjusted_payout_totals: null,
    line_items: [],
  };
}
