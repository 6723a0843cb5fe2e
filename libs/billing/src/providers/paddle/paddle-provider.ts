import { ApiError, type Environment, LogLevel, Paddle, type Subscription, Webhooks } from '@paddle/paddle-node-sdk';
import {
  BillingEmailTakenError,
  ProviderRefusedError,
  ProviderUnavailableError,
  WebhookRefusedError,
} from '../../billing.errors.js';
import { inTime } from '../answer-in-time.js';
import {
  type ChangePreview,
  PaymentProvider,
  type ProviderEvent,
  type Purchase,
  type SubscriptionState,
} from '../payment-provider.port.js';
import { readPaddleEvent, reportOf } from './paddle-events.js';
import { isPaddleSignature } from './paddle-signature.js';

/** How Paddle is reached. */
export interface PaddleOptions {
  /** Base address of the API. Default `https://api.paddle.com`. */
  readonly url?: string | undefined;
  readonly key: string;
  readonly webhookSecrets: readonly string[];
}

/** Codes of what passes, or is the operator's to mend. Everything else that Paddle refuses, it refuses for good. */
const PASSING =
  /^(too_many_requests|service_unavailable|internal_error|bad_gateway|forbidden|invalid_token|authentication_.*)$/;

/** Paddle Billing, by its own SDK (developer.paddle.com/api-reference): the merchant of record, who has the cards. */
export class PaddleProvider extends PaymentProvider {
  readonly name = 'paddle';
  private readonly paddle: Paddle;
  private readonly secrets: readonly string[];

  constructor({ url, key, webhookSecrets }: PaddleOptions) {
    super();
    // the SDK takes any base address where it is typed to take a name
    this.paddle = new Paddle(key, { ...(url && { environment: url as Environment }), logLevel: LogLevel.none });
    this.secrets = webhookSecrets;
  }

  async customer({ account, name, email }: { account: string; name: string; email: string }): Promise<string> {
    try {
      const { id } = await inTime(this.paddle.customers.create({ email, name, customData: { account } }));
      return id;
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'customer_already_exists') throw translated(error);
      // Paddle has one customer an address, who sees all that is paid from there: anybody could name somebody else's address
      const [known] = await this.call(() => this.paddle.customers.list({ email: [email] }).next());
      if (known?.customData?.['account'] !== account) throw new BillingEmailTakenError();
      return known.id;
    }
  }

  async checkout({ customer, price, seats, purchase }: Purchase & { customer: string; purchase: string }) {
    const { id, checkout } = await this.call(() =>
      this.paddle.transactions.create({
        customerId: customer,
        items: [{ priceId: price, quantity: seats }],
        customData: { purchase },
      }),
    );
    if (!checkout?.url) throw new ProviderRefusedError('no_default_payment_link');
    return { reference: id, url: checkout.url };
  }

  async portal(customer: string, subscription: string | null): Promise<{ url: string }> {
    const session = await this.call(() =>
      this.paddle.customerPortalSessions.create(customer, subscription ? [subscription] : []),
    );
    return { url: session.urls.general.overview };
  }

  async preview(subscription: string, { price, seats }: Purchase): Promise<ChangePreview> {
    const {
      updateSummary: summary,
      recurringTransactionDetails: recurring,
      currencyCode,
      nextBilledAt,
    } = await this.call(() =>
      this.paddle.subscriptions.previewUpdate(subscription, {
        items: [{ priceId: price, quantity: seats }],
        prorationBillingMode: 'prorated_immediately',
      }),
    );
    const [charge, credit] = [Number(summary?.charge.amount ?? 0), Number(summary?.credit.amount ?? 0)];
    return {
      due_now: charge - credit,
      credit,
      charge,
      recurring: Number(recurring?.totals.grandTotal ?? 0),
      currency: currencyCode,
      next_billed_at: nextBilledAt,
    };
  }

  async change(subscription: string, { price, seats }: Purchase): Promise<SubscriptionState> {
    return stateOf(
      await this.call(() =>
        this.paddle.subscriptions.update(subscription, {
          items: [{ priceId: price, quantity: seats }],
          prorationBillingMode: 'prorated_immediately',
          onPaymentFailure: 'prevent_change',
        }),
      ),
    );
  }

  async cancel(subscription: string): Promise<SubscriptionState> {
    const call = () => this.paddle.subscriptions.cancel(subscription, { effectiveFrom: 'next_billing_period' });
    return stateOf(await this.call(call));
  }

  async resume(subscription: string): Promise<SubscriptionState> {
    return stateOf(await this.call(() => this.paddle.subscriptions.update(subscription, { scheduledChange: null })));
  }

  async subscription(reference: string): Promise<SubscriptionState> {
    return stateOf(await this.call(() => this.paddle.subscriptions.get(reference)));
  }

  async invoiceDocument(reference: string): Promise<{ url: string }> {
    const { url } = await this.call(() => this.paddle.transactions.getInvoicePDF(reference));
    return { url };
  }

  async read(body: Buffer, headers: Readonly<Record<string, string | undefined>>): Promise<ProviderEvent | null> {
    const text = body.toString('utf8');
    const signature = headers['paddle-signature'];
    if (!signature || !(await isPaddleSignature(signature, text, this.secrets))) throw new WebhookRefusedError();
    try {
      return readPaddleEvent(Webhooks.fromJson(JSON.parse(text)) as Parameters<typeof readPaddleEvent>[0]);
    } catch {
      throw new WebhookRefusedError();
    }
  }

  private async call<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await inTime(call());
    } catch (error) {
      throw translated(error);
    }
  }
}

function translated(error: unknown): Error {
  if (error instanceof ProviderUnavailableError) return error;
  if (error instanceof ApiError && error.type === 'request_error' && !PASSING.test(error.code))
    return new ProviderRefusedError(error.code);
  // no connection, no JSON, an answer of their failing
  return Object.assign(new ProviderUnavailableError(), { cause: error });
}

function stateOf(subscription: Subscription): SubscriptionState {
  return { report: reportOf(subscription), at: new Date(subscription.updatedAt) };
}
