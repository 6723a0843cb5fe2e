export { AccountTerms } from './account-terms.service.js';
export { LimitReachedError, NotInPlanError, RequestsUsedUpError } from './entitlements.errors.js';
export { EntitlementsModule } from './entitlements.module.js';
export { Entitlements, PLAN_ROLES } from './entitlements.service.js';
export {
  auditDays,
  type Entitlement,
  ENTITLEMENTS,
  type ExactLimit,
  type Limit,
  LIMITS,
  type PlanTerms,
  type Terms,
} from './terms.js';
