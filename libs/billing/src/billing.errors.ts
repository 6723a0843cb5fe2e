import { BulkheadError, type ProblemMembers, RETRY_AFTER } from '#libs/context';

/** This installation takes no payments. */
export class BillingNotConfiguredError extends BulkheadError {
  static override readonly code = 'billing_not_configured';
  static override readonly status = 409;

  constructor() {
    super('This installation takes no payments. Its operator says what the account may do.');
  }
}

/** The provider of payments does not answer. */
export class ProviderUnavailableError extends BulkheadError {
  static override readonly code = 'payments_unavailable';
  static override readonly status = 503;
  static override readonly members: ProblemMembers = {
    retry_after: RETRY_AFTER,
  };

  constructor() {
    super('The provider of payments does not answer. What was asked for may have been done: look again in a minute.', {
      retry_after: 60,
    });
  }
}

/** The provider of payments refuses. */
export class ProviderRefusedError extends BulkheadError {
  static override readonly code = 'payments_refused';
  static override readonly status = 422;
  static override readonly members: ProblemMembers = {
    reason: { type: 'string', description: 'The provider’s own code for the reason' },
  };

  /** @param reason the provider's code for it. */
  constructor(readonly reason: string) {
    super('The provider of payments refuses this; nothing was changed. "reason" is its own code for why.', { reason });
  }

  static override example(): ProviderRefusedError {
    return new ProviderRefusedError('card_declined');
  }
}

/** The webhook is not signed by the provider, is too old, or cannot be read. The answer is the same for each, so that a forger learns nothing. */
export class WebhookRefusedError extends BulkheadError {
  static override readonly code = 'webhook_refused';
  static override readonly status = 400;

  constructor() {
    super('This is no webhook of the provider’s: the signature is wrong or too old, or the body cannot be read.');
  }
}

/** The account has no subscription with a provider that could be changed. */
export class NotSubscribedError extends BulkheadError {
  static override readonly code = 'not_subscribed';
  static override readonly status = 409;

  constructor() {
    super('The account has bought nothing that could be changed. Buy a plan: POST /v1/account/subscription/checkouts');
  }
}

/** The account has a subscription: it is changed, not bought again. */
export class AlreadySubscribedError extends BulkheadError {
  static override readonly code = 'already_subscribed';
  static override readonly status = 409;

  constructor() {
    super('The account has a subscription. Change it: PATCH /v1/account/subscription');
  }
}

/** A change is on its way to the provider. */
export class ChangePendingError extends BulkheadError {
  static override readonly code = 'change_pending';
  static override readonly status = 409;
  static override readonly members: ProblemMembers = {
    retry_after: RETRY_AFTER,
  };

  constructor() {
    super('A change of the subscription is on its way to the provider of payments. Look again in a minute.', {
      retry_after: 60,
    });
  }
}

/** No plan that is on sale has this name. */
export class PlanUnknownError extends BulkheadError {
  static override readonly code = 'plan_unknown';
  static override readonly status = 422;
  static override readonly members: ProblemMembers = {
    plans: { type: 'array', items: { type: 'string' }, description: 'The plans on sale' },
  };

  constructor(plans: readonly string[]) {
    super(`No plan on sale has this name. Choose one of ${plans.join(', ')}.`, { plans });
  }

  static override example(): PlanUnknownError {
    return new PlanUnknownError(['studio', 'agency']);
  }
}

/** A plan does not hold what the account has already. */
export class PlanTooSmallError extends BulkheadError {
  static override readonly code = 'plan_too_small';
  static override readonly status = 409;
  static override readonly members: ProblemMembers = {
    limit: { type: 'string', description: 'What there is too much of' },
    most: { type: 'integer', minimum: 0, description: 'How much of it the plan allows' },
    used: { type: 'integer', minimum: 0, description: 'How much of it the account has' },
  };

  constructor(limit: string, most: number, used: number) {
    super('The account has more than this plan, or so many seats, would hold. Free some first, or choose more.', {
      limit,
      most,
      used,
    });
  }

  static override example(): PlanTooSmallError {
    return new PlanTooSmallError('seats', 3, 5);
  }
}

/** The address belongs to the customer of another account at the provider's. */
export class BillingAddressTakenError extends BulkheadError {
  static override readonly code = 'billing_address_taken';
  static override readonly status = 409;

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
