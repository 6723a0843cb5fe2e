import { BulkheadError } from '#libs/context';

/** This installation takes no payments. */
export class BillingNotConfiguredError extends BulkheadError {
  readonly code = 'billing_not_configured';
  readonly status = 409;

  constructor() {
    super('This installation takes no payments. Its operator says what the account may do.');
  }
}

/** The provider of payments does not answer. */
export class ProviderUnavailableError extends BulkheadError {
  readonly code = 'payments_unavailable';
  readonly status = 503;

  constructor() {
    super('The provider of payments does not answer. What was asked for may have been done: look again in a minute.', {
      retry_after: 60,
    });
  }
}

/** The provider of payments refuses. */
export class ProviderRefusedError extends BulkheadError {
  readonly code = 'payments_refused';
  readonly status = 422;

  /** @param reason the provider's code for it. */
  constructor(readonly reason: string) {
    super('The provider of payments refuses this; nothing was changed. "reason" is its own code for why.', { reason });
  }
}

/** The webhook is not signed by the provider, is too old, or cannot be read. The answer is the same for each, so that a forger learns nothing. */
export class WebhookRefusedError extends BulkheadError {
  readonly code = 'webhook_refused';
  readonly status = 400;

  constructor() {
    super('This is no webhook of the provider’s: the signature is wrong or too old, or the body cannot be read.');
  }
}

/** The account has no subscription with a provider that could be changed. */
export class NotSubscribedError extends BulkheadError {
  readonly code = 'not_subscribed';
  readonly status = 409;

  constructor() {
    super('The account has bought nothing that could be changed. Buy a plan: POST /v1/account/subscription/checkouts');
  }
}

/** The account has a subscription: it is changed, not bought again. */
export class AlreadySubscribedError extends BulkheadError {
  readonly code = 'already_subscribed';
  readonly status = 409;

  constructor() {
    super('The account has a subscription. Change it: PATCH /v1/account/subscription');
  }
}

/** A change is on its way to the provider. */
export class ChangePendingError extends BulkheadError {
  readonly code = 'change_pending';
  readonly status = 409;

  constructor() {
    super('A change of the subscription is on its way to the provider of payments. Look again in a minute.', {
      retry_after: 60,
    });
  }
}

/** No plan that is on sale has this name. */
export class PlanUnknownError extends BulkheadError {
  readonly code = 'plan_unknown';
  readonly status = 422;

  constructor(plans: readonly string[]) {
    super(`No plan on sale has this name. Choose one of ${plans.join(', ')}.`, { plans });
  }
}

/** A plan does not hold what the account has already. */
export class PlanTooSmallError extends BulkheadError {
  readonly code = 'plan_too_small';
  readonly status = 409;

  constructor(limit: string, most: number, used: number) {
    super('The account has more than this plan, or so many seats, would hold. Free some first, or choose more.', {
      limit,
      most,
      used,
    });
  }
}

/** The address belongs to the customer of another account at the provider's. */
export class BillingAddressTakenError extends BulkheadError {
  readonly code = 'billing_address_taken';
  readonly status = 409;

  constructor() {
    super(
      'This address pays for something else already, and whoever pays sees all that is paid from one address. Give another one in "email".',
    );
  }
}

/** A provider reports a price that no plan has. Told to the operator, never to a client. */
export class PriceUnknownError extends Error {
  constructor(price: string) {
    super(`No plan has the price ${price}. Put the plan that it is of into PLANS_FILE, in the version that was sold.`);
  }
}
