/**
 * How the subscription of a new account starts: on `trial`; `unpaid`: read-only until a plan is bought; or `granted`, with nothing
 * to pay.
 */
export type SubscriptionStart = 'trial' | 'unpaid' | 'granted';

/** Gives a new account its subscription. Bound by `libs/billing`, which stands above. */
export abstract class Subscribing {
  /**
   * Decides how the subscription of a person's new account starts, and claims their one trial for it. Returns `granted` if the
   * installation takes no payments, `trial` for the first account that asks, `unpaid` for any other; the same account gets the same
   * answer again.
   *
   * @param accountId an account that has been begun in the directory.
   */
  abstract claimStart(userId: string, accountId: string): Promise<SubscriptionStart>;

  /** How the subscription of the context's account has started; null where it has none. A step of a unit of work. */
  abstract startOf(): Promise<SubscriptionStart | null>;

  /** Gives the account of the context a subscription; a step of the unit of work that makes it. */
  abstract begin(start: SubscriptionStart): Promise<void>;
}
