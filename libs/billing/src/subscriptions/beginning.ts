import type { PlanTerms } from '#libs/entitlements';
import type { Beginning } from './fold.js';
import { daysAfter, TRIAL_DAYS } from './life.js';
import type { StoredBeginning } from './subscription.entity.js';

/** The beginning of a subscription to some terms, as its row keeps it. */
export function beginningOf(terms: PlanTerms, at: Date, kind: Beginning['kind']): StoredBeginning {
  const { plan, planVersion, entitlements, limits } = terms;
  return {
    kind,
    at: at.toISOString(),
    ...(kind === 'trial' && { trial_ends_at: daysAfter(at, TRIAL_DAYS).toISOString() }),
    plan,
    plan_version: planVersion,
    entitlements,
    limits,
  };
}

/** The terms that a subscription began with. */
export function termsAt({ plan, plan_version: planVersion, entitlements, limits }: StoredBeginning): PlanTerms {
  return { plan, planVersion, entitlements, limits };
}

/** The beginning as the fold takes it. */
export function readBeginning({ kind, at, trial_ends_at: ends = at }: StoredBeginning): Beginning {
  return kind === 'trial' ? { kind, at: new Date(at), trialEndsAt: new Date(ends) } : { kind, at: new Date(at) };
}
