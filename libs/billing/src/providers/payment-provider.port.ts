import type { ProviderName } from '../plans/plan.js';
import type { ReportedAt, SubscriptionReport } from '../subscriptions/fold.js';

/** An invoice as a provider reports it. */
export interface InvoiceReport {
  readonly reference: string;
  /** The subscription it is for. */
  readonly subscription: string;
  readonly number: string | null;
  readonly status: 'open' | 'paid' | 'past_due' | 'cancelled';
  /** In the smallest unit of the currency. */
  readonly amount: number;
  readonly currency: string;
  readonly billedAt: Date;
}

/** A webhook that is what it says it is. Nothing of people or cards is in it. */
export interface ProviderEvent {
  readonly provider: ProviderName;
  readonly event: string;
  readonly occurredAt: Date;
  /** See {@link ReportedAt.rank}. */
  readonly rank?: number;
  /** The provider's references that say whose it is, the most certain first. */
  readonly refersTo: readonly string[];
  readonly subscription?: SubscriptionReport;
  readonly invoice?: InvoiceReport;
}

/** What somebody buys: a price of the provider's, so many times. */
export interface Purchase {
  readonly price: string;
  readonly seats: number;
}

/** What a change would cost at once, and what from then on; in the smallest unit of the currency. */
export interface ChangePreview {
  /** To pay now; below 0 for what is credited. */
  readonly due_now: number;
  readonly credit: number;
  readonly charge: number;
  /** A month, from the next bill on. */
  readonly recurring: number;
  readonly currency: string;
  readonly next_billed_at: string | null;
}

/**
 * Who takes payments. Every call goes over the network and is made outside transactions; a call that is made again has the
 * effect of one.
 *
 * All of them throw {@link ProviderUnavailableError} where the provider does not answer, or not in time, and
 * {@link ProviderRefusedError} where it refuses.
 */
export abstract class PaymentProvider {
  abstract readonly name: ProviderName;

  /**
   * A customer for an account alone.
   *
   * @param account goes with it as a note for whoever looks at it at the provider's; it is never read back.
   * @returns the provider's reference.
   */
  abstract customer(input: {
    readonly account: string;
    readonly name: string;
    readonly email: string;
  }): Promise<string>;

  /** Begins a purchase. @returns its reference, and where to pay. */
  abstract checkout(
    input: Purchase & { readonly customer: string; readonly purchase: string },
  ): Promise<{ readonly reference: string; readonly url: string }>;

  /** A page of the provider's where payment details are changed; good for some minutes, for whoever has the link. */
  abstract portal(customer: string, subscription: string | null): Promise<{ readonly url: string }>;

  /** What a change would cost. */
  abstract preview(subscription: string, purchase: Purchase): Promise<ChangePreview>;

  /** Changes what is paid for, and takes or credits the difference at once; where that fails nothing is changed. */
  abstract change(subscription: string, purchase: Purchase, attempt: string): Promise<SubscriptionState>;

  /** Ends a subscription with what is paid for. */
  abstract cancel(subscription: string): Promise<SubscriptionState>;

  /** Takes back a cancellation that has not come into effect. */
  abstract resume(subscription: string): Promise<SubscriptionState>;

  /** What a subscription is now. */
  abstract subscription(reference: string): Promise<SubscriptionState>;

  /** Where the document of an invoice is, for some minutes. */
  abstract invoiceDocument(reference: string): Promise<{ readonly url: string }>;

  /**
   * Reads a webhook.
   *
   * @param body exactly as it came.
   * @returns null for an event of a kind that means nothing here.
   * @throws {WebhookRefusedError} where its signature is not of the provider, or not of now; or where it cannot be read.
   */
  abstract read(body: Buffer, headers: Readonly<Record<string, string | undefined>>): Promise<ProviderEvent | null>;
}

/** A subscription with the moment, by the provider's clock, of which it is true. */
export interface SubscriptionState {
  readonly report: SubscriptionReport;
  readonly at: Date;
}
