/**
 * How the subscription of a new account starts: on `trial`; `unpaid`, to be read only until a plan is bought; or `granted`, with nothing
 * to pay.
 */
export type SubscriptionStart = 'trial' | 'unpaid' | 'granted';

/** Gives a new account its subscription. Bound by `libs/billing`, which stands above. */
export abstract class Subscribing {
  /**
   * How the subscription of an account that a person opens starts. A person has one trial: the first account that asks for it
   * gets it, and the same account gets the same answer again.
   *
   * @param accountId an account that has been begun in the directory.
   */
  abstract startFor(userId: string, accountId: string): Promise<SubscriptionStart>;

  /** Gives the account of the context a subscription; a step of the unit of work that makes it. */
  abstract begin(start: SubscriptionStart): Promise<void>;
}
