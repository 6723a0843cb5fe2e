import { BulkheadError } from '#libs/context';
import type { Entitlement, Limit } from './terms.js';

/** The account's plan does not include this feature. */
export class NotInPlanError extends BulkheadError {
  readonly code = 'not_in_plan';
  readonly status = 403;

  /** @param roles the built-in roles that can change the plan. */
  constructor(entitlement: Entitlement, plan: string | null, roles: readonly string[]) {
    super(
      `The plan of this account does not have ${entitlement}. A member with one of the roles in "roles" can change the plan: PATCH /v1/account/subscription.`,
      { entitlement, plan, roles },
    );
  }
}

/** The account has as much of something as its plan gives. */
export class LimitReachedError extends BulkheadError {
  readonly code = 'limit_reached';
  readonly status = 409;

  /** @param roles the built-in roles that can change the plan. */
  constructor(limit: Limit, most: number, used: number, roles: readonly string[]) {
    super(
      `The account has no more room for ${limit} in its plan. Free some, or have a member with one of the roles in "roles" change the plan: PATCH /v1/account/subscription.`,
      { limit, most, used, roles },
    );
  }
}

/** The account has used up the requests that its plan has for the calendar month (UTC). */
export class RequestsUsedUpError extends BulkheadError {
  readonly code = 'requests_used_up';
  readonly status = 429;

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
}
