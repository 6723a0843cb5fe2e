/** Gives a new account its subscription. Bound by `libs/billing`, which stands above. */
export abstract class Subscribing {
  /**
   * Gives the account of the context a subscription; a step of the unit of work that makes it.
   *
   * @param kind `trial` for who signs up; `granted` for an account of the operator's making, which pays nothing.
   */
  abstract begin(kind: 'trial' | 'granted'): Promise<void>;
}
