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
      `The plan of this account does not have ${entitlement}. A member with one of the roles in "roles" can change the plan: PATCH /v1/account/subscription.`,
      { entitlement, plan, roles },
    );
  }

  static override example(): NotInPlanError {
    return new NotInPlanError('audit.search', 'studio', ['owner']);
  }
}

/** The account has as much of something as its plan gives. */
export class LimitReachedError extends BulkheadError {
  static override readonly code = 'limit_reached';
  static override readonly status = 409;
  static override readonly members: ProblemMembers = {
    limit: { type: 'string', description: 'What there is too much of' },
    most: { type: 'integer', minimum: 0, description: 'How much of it the plan allows' },
    used: { type: 'integer', minimum: 0, description: 'How much of it the account has' },
    roles: { type: 'array', items: { type: 'string' }, description: 'The built-in roles that can change the plan' },
  };

  /** @param roles the built-in roles that can change the plan. */
  constructor(limit: Limit, most: number, used: number, roles: readonly string[]) {
    super(
      `The account has no more room for ${limit} in its plan. Free some, or have a member with one of the roles in "roles" change the plan: PATCH /v1/account/subscription.`,
      { limit, most, used, roles },
    );
  }

  static override example(): LimitReachedError {
    return new LimitReachedError('seats', 3, 3, ['owner']);
  }
}

/** The account has used up the requests that its plan has for the calendar month (UTC). */
export class RequestsUsedUpError extends BulkheadError {
  static override readonly code = 'requests_used_up';
  static override readonly status = 429;
  static override readonly members: ProblemMembers = {
    limit: { type: 'string', description: 'Always requests' },
    most: { type: 'integer', minimum: 0, description: 'Requests in a calendar month' },
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
      'The account has used up the requests of its plan for this month. Wait for the next one, or have a member with one of the roles in "roles" change the plan: PATCH /v1/account/subscription.',
      { limit: 'requests', most, roles, retry_after: retryAfter },
    );
  }

  static override example(): RequestsUsedUpError {
    return new RequestsUsedUpError(100_000, ['owner'], 86_400);
  }
}
