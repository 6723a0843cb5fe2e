import Stripe from 'stripe';
import { ProviderRefusedError, ProviderUnavailableError, WebhookRefusedError } from '../../billing.errors.js';
import { inTime } from '../answer-in-time.js';
import {
  type ChangePreview,
  PaymentProvider,
  type ProviderEvent,
  type Purchase,
  type SubscriptionState,
} from '../payment-provider.port.js';
import { readStripeEvent, reportOf } from './stripe-events.js';

/** How Stripe is reached. */
export interface StripeOptions {
  /** Base address of the API. Default `https://api.stripe.com`. */
  readonly url?: string | undefined;
  readonly key: string;
  readonly webhookSecrets: readonly string[];
  /** Where whoever has paid is sent back to. */
  readonly returnUrl: string;
}

/** A webhook may be so old; Stripe signs each delivery anew. */
const TOLERANCE_SECONDS = 300;

/** Stripe, by its own SDK (docs.stripe.com/api): the second provider, behind the same port. */
export class StripeProvider extends PaymentProvider {
  readonly name = 'stripe';
  private readonly stripe: Stripe;

  constructor(private readonly options: StripeOptions) {
    super();
    this.stripe = new Stripe(options.key, {
      ...(options.url && placeOf(new URL(options.url))),
      maxNetworkRetries: 0,
      telemetry: false,
    });
  }

  async customer({ account, name, email }: { account: string; name: string; email: string }): Promise<string> {
    const { id } = await this.call(() =>
      this.stripe.customers.create(
        { email, name, metadata: { account } },
        { idempotencyKey: `customer:${account}:${email}` },
      ),
    );
    return id;
  }

  async checkout({ customer, price, seats, purchase }: Purchase & { customer: string; purchase: string }) {
    const { returnUrl } = this.options;
    const { id, url } = await this.call(() =>
      this.stripe.checkout.sessions.create(
        {
          mode: 'subscription',
          customer,
          client_reference_id: purchase,
          line_items: [{ price, quantity: seats }],
          success_url: returnUrl,
          cancel_url: returnUrl,
        },
        { idempotencyKey: `checkout:${purchase}` },
      ),
    );
    if (!url) throw new ProviderRefusedError('no_checkout_url');
    return { reference: id, url };
  }

  async portal(customer: string): Promise<{ url: string }> {
    const { returnUrl: return_url } = this.options;
    const { url } = await this.call(() => this.stripe.billingPortal.sessions.create({ customer, return_url }));
    return { url };
  }

  async preview(subscription: string, { price, seats }: Purchase): Promise<ChangePreview> {
    const item = await this.itemOf(subscription);
    const [preview, wanted] = await this.call(() =>
      Promise.all([
        this.stripe.invoices.createPreview({
          subscription,
          subscription_details: {
            items: [{ id: item.id, price, quantity: seats }],
            proration_behavior: 'always_invoice',
          },
        }),
        this.stripe.prices.retrieve(price),
      ]),
    );
    const amounts = preview.lines.data.map(({ amount }) => amount);
    const charge = amounts.filter((amount) => amount > 0).reduce((sum, amount) => sum + amount, 0);
    const credit = -amounts.filter((amount) => amount < 0).reduce((sum, amount) => sum + amount, 0);
    return {
      due_now: charge - credit,
      credit,
      charge,
      recurring: (wanted.unit_amount ?? 0) * seats,
      currency: preview.currency.toUpperCase(),
      next_billed_at: new Date(item.current_period_end * 1_000).toISOString(),
    };
  }

  async change(subscription: string, { price, seats }: Purchase, attempt: string): Promise<SubscriptionState> {
    const { id } = await this.itemOf(subscription);
    return this.update(
      subscription,
      {
        items: [{ id, price, quantity: seats }],
        proration_behavior: 'always_invoice',
        payment_behavior: 'error_if_incomplete',
      },
      attempt,
    );
  }

  cancel(subscription: string): Promise<SubscriptionState> {
    return this.update(subscription, { cancel_at_period_end: true });
  }

  resume(subscription: string): Promise<SubscriptionState> {
    return this.update(subscription, { cancel_at_period_end: false });
  }

  async subscription(reference: string): Promise<SubscriptionState> {
    return stateOf(await this.call(() => this.stripe.subscriptions.retrieve(reference)));
  }

  async invoiceDocument(reference: string): Promise<{ url: string }> {
    const { invoice_pdf: url } = await this.call(() => this.stripe.invoices.retrieve(reference));
    if (!url) throw new ProviderRefusedError('no_document');
    return { url };
  }

  async read(body: Buffer, headers: Readonly<Record<string, string | undefined>>): Promise<ProviderEvent | null> {
    const event = await this.verified(body, headers['stripe-signature'] ?? '');
    try {
      return readStripeEvent(event);
    } catch {
      throw new WebhookRefusedError();
    }
  }

  /** @throws {WebhookRefusedError} where no secret of now has signed it. */
  private async verified(body: Buffer, signature: string): Promise<Stripe.Event> {
    for (const secret of this.options.webhookSecrets) {
      try {
        return await this.stripe.webhooks.constructEventAsync(body, signature, secret, TOLERANCE_SECONDS);
      } catch {
        // with the next secret, perhaps
      }
    }
    throw new WebhookRefusedError();
  }

  private async itemOf(subscription: string): Promise<Stripe.SubscriptionItem> {
    const { items } = await this.call(() => this.stripe.subscriptions.retrieve(subscription));
    const [item] = items.data;
    if (!item) throw new ProviderRefusedError('no_item');
    return item;
  }

  private async update(
    subscription: string,
    changes: Stripe.SubscriptionUpdateParams,
    attempt?: string,
  ): Promise<SubscriptionState> {
    const once = attempt ? { idempotencyKey: `change:${attempt}` } : {};
    return stateOf(await this.call(() => this.stripe.subscriptions.update(subscription, changes, once)));
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
  const { StripeCardError, StripeInvalidRequestError, StripeIdempotencyError } = Stripe.errors;
  if (error instanceof ProviderRefusedError || error instanceof ProviderUnavailableError) return error;
  if (
    error instanceof StripeCardError ||
    error instanceof StripeInvalidRequestError ||
    error instanceof StripeIdempotencyError
  )
    return new ProviderRefusedError(error.code ?? error.type);
  // no connection, a wrong key, too many requests, an answer of their failing
  return Object.assign(new ProviderUnavailableError(), { cause: error });
}

/** A Stripe subscription does not say when it was changed; the answer says when it was given. */
function stateOf(subscription: Stripe.Response<Stripe.Subscription>): SubscriptionState {
  const date = subscription.lastResponse.headers['date'];
  return { report: reportOf(subscription), at: date ? new Date(date) : new Date() };
}

function placeOf({ protocol, hostname, port }: URL): Stripe.StripeConfig {
  const secure = protocol === 'https:';
  return { protocol: secure ? 'https' : 'http', host: hostname, port: port || (secure ? 443 : 80) };
}
