import { BulkheadError, type ProblemMembers, RETRY_AFTER } from '#libs/context';
import type { Entitlement, Limit } from './terms.js';

/** The account's plan does not include this feature. */
export class NotInPlanError extends BulkheadError {
  static override readonly code = 'not_in_plan';
  static override readonly status = 403;
  static override readonly members: ProblemMembers = {
    entitlement: { type: 'string', description: 'The feature that the plan lacks' },
    plan: { type: ['string', 'null'], description: 'The plan of the account; null for none' },
    roles: { type: 'array', items: { type: 'string' }, description: 'The built-in roles that can change the plan' },
  };

  /** @param roles the built-in roles that can change the plan. */
  constructor(entitlement: Entitlement, plan: string | null, roles: readonly string[]) {
    super(
      `The plan of this account does not include ${entitlement}. Ask a member with a role in "roles" to change the plan: PATCH /v1/account/subscription.`,
      { entitlement, plan, roles },
    );
  }

  static override example(): NotInPlanError {
    return new NotInPlanError('audit.search', 'studio', ['owner']);
  }
}

/** The account has reached a limit of its plan. */
export class LimitReachedError extends BulkheadError {
  static override readonly code = 'limit_reached';
  static override readonly status = 409;
  static override readonly members: ProblemMembers = {
    limit: { type: 'string', description: 'The limit that is reached' },
    most: { type: 'integer', minimum: 0, description: 'The limit of the plan' },
    used: { type: 'integer', minimum: 0, description: 'Current usage of the account' },
    roles: { type: 'array', items: { type: 'string' }, description: 'The built-in roles that can change the plan' },
  };

  /** @param roles the built-in roles that can change the plan. */
  constructor(limit: Limit, most: number, used: number, roles: readonly string[]) {
    super(
      `The account has reached the limit of ${limit} in its plan. Delete some, or ask a member with a role in "roles" to change the plan: PATCH /v1/account/subscription.`,
      { limit, most, used, roles },
    );
  }

  static override example(): LimitReachedError {
    return new LimitReachedError('seats', 3, 3, ['owner']);
  }
}

/** The account has used all requests that its plan includes in the calendar month (UTC). */
export class RequestsUsedUpError extends BulkheadError {
  static override readonly code = 'requests_used_up';
  static override readonly status = 429;
  static override readonly members: ProblemMembers = {
    limit: { type: 'string', description: 'Always requests' },
    most: { type: 'integer', minimum: 0, description: 'Maximum number of requests in a calendar month' },
    roles: { type: 'array', items: { type: 'string' }, description: 'The built-in roles that can change the plan' },
    retry_after: RETRY_AFTER,
  };

  /**
   * @param most the limit, in requests per calendar month.
   * @param roles the built-in roles that can change the plan.
   * @param retryAfter seconds until the next month.
   */
  constructor(most: number, roles: readonly string[], retryAfter: number) {
    super(
      'The account has used all requests that its plan includes this month. Wait for the next month, or ask a member with a role in "roles" to change the plan: PATCH /v1/account/subscription.',
      { limit: 'requests', most, roles, retry_after: retryAfter },
    );
  }

  static override example(): RequestsUsedUpError {
    return new RequestsUsedUpError(100_000, ['owner'], 86_400);
  }
}
