import { BulkheadError, type ProblemMembers, RETRY_AFTER } from '#libs/context';

/** Payments are not configured in this installation. */
export class BillingNotConfiguredError extends BulkheadError {
  static override readonly code = 'billing_not_configured';
  static override readonly status = 409;

  constructor() {
    super('Payments are not configured in this installation. Its operator sets the plans of accounts.');
  }
}

/** The payment provider does not respond. */
export class ProviderUnavailableError extends BulkheadError {
  static override readonly code = 'payments_unavailable';
  static override readonly status = 503;
  static override readonly members: ProblemMembers = {
    retry_after: RETRY_AFTER,
  };

  constructor() {
    super('The payment provider does not respond. Your request may have been carried out. Check again in a minute.', {
      retry_after: 60,
    });
  }
}

/** The payment provider refused the request. */
export class ProviderRefusedError extends BulkheadError {
  static override readonly code = 'payments_refused';
  static override readonly status = 422;
  static override readonly members: ProblemMembers = {
    reason: { type: 'string', description: 'Error code of the payment provider' },
  };

  /** @param reason the provider's code for it. */
  constructor(readonly reason: string) {
    super('The payment provider refused the request. Nothing was changed. "reason" is the provider’s error code.', {
      reason,
    });
  }

  static override example(): ProviderRefusedError {
    return new ProviderRefusedError('card_declined');
  }
}

/** The signature of the webhook is wrong or expired, or its body is unreadable. The answer is the same for each reason. */
export class WebhookRefusedError extends BulkheadError {
  static override readonly code = 'webhook_refused';
  static override readonly status = 400;

  constructor() {
    super('The webhook is rejected: its signature is wrong or expired, or its body is unreadable.');
  }
}

/** The account has no subscription with a payment provider. */
export class NotSubscribedError extends BulkheadError {
  static override readonly code = 'not_subscribed';
  static override readonly status = 409;

  constructor() {
    super('The account has no subscription to change. Buy a plan: POST /v1/account/subscription/checkouts');
  }
}

/** The account already has a subscription, which can be changed instead. */
export class AlreadySubscribedError extends BulkheadError {
  static override readonly code = 'already_subscribed';
  static override readonly status = 409;

  constructor() {
    super('The account already has a subscription. Change it: PATCH /v1/account/subscription');
  }
}

/** Another change of the subscription is in progress at the payment provider. */
export class ChangePendingError extends BulkheadError {
  static override readonly code = 'change_pending';
  static override readonly status = 409;
  static override readonly members: ProblemMembers = {
    retry_after: RETRY_AFTER,
  };

  constructor() {
    super('Another change of the subscription is in progress. Try again in a minute.', {
      retry_after: 60,
    });
  }
}

/** No plan on sale has this name. */
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

/** The account already uses more than the plan includes. */
export class PlanTooSmallError extends BulkheadError {
  static override readonly code = 'plan_too_small';
  static override readonly status = 409;
  static override readonly members: ProblemMembers = {
    limit: { type: 'string', description: 'The limit that is reached' },
    most: { type: 'integer', minimum: 0, description: 'The limit of the plan' },
    used: { type: 'integer', minimum: 0, description: 'Current usage of the account' },
  };

  constructor(limit: string, most: number, used: number) {
    super(
      'The account uses more than this plan or this number of seats includes. Reduce its usage, or choose a larger plan or more seats.',
      {
        limit,
        most,
        used,
      },
    );
  }

  static override example(): PlanTooSmallError {
    return new PlanTooSmallError('seats', 3, 5);
  }
}

/** The email belongs to the customer of another account at the payment provider. */
export class BillingEmailTakenError extends BulkheadError {
  static override readonly code = 'billing_email_taken';
  static override readonly status = 409;

  constructor() {
    super(
      'This email already pays for another account, and a payer sees every payment of an email. Give another one in "email".',
    );
  }
}

/** A provider reports a price that no plan has. Told to the operator, never to a client. */
export class PriceUnknownError extends Error {
  constructor(price: string) {
    super(`No plan has the price ${price}. Add its plan to PLANS_FILE, in the version that was sold.`);
  }
}
