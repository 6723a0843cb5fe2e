import { readFileSync } from 'node:fs';
import { ConfigurationError } from '#libs/context';
import { ENTITLEMENTS, LIMITS } from '#libs/entitlements';
import { type Plan, type ProviderName, PROVIDERS } from './plan.js';
import { STANDARD_PLANS } from './standard-plans.js';

/** The plans that there are, in every version, cheapest plan first as the file has them. */
export class PlanCatalogue {
  constructor(private readonly plans: readonly Plan[]) {}

  /** Every plan in every version. */
  get all(): readonly Plan[] {
    return this.plans;
  }

  /** The newest version of each plan: what can be bought. */
  get onSale(): readonly Plan[] {
    const newest = new Map<string, Plan>();
    for (const plan of this.plans)
      if (plan.version > (newest.get(plan.plan)?.version ?? 0)) newest.set(plan.plan, plan);
    return [...newest.values()];
  }

  /** The plan that has everything that there is to buy: what accounts of the operator's making get. */
  get largest(): Plan {
    return this.onSale.at(-1) as Plan;
  }

  /** The plan that a trial is of: the one below the largest, which shows what there is and can be gone up from. */
  get onTrial(): Plan {
    return this.onSale.at(-2) ?? this.largest;
  }

  /** The newest version of a plan; undefined where there is none of that name. */
  find(name: string): Plan | undefined {
    return this.onSale.find(({ plan }) => plan === name);
  }

  /** The plan that a provider's price is of, in whatever version. */
  ofPrice(provider: ProviderName, reference: string): Plan | undefined {
    return this.plans.find(({ references }) => references[provider] === reference);
  }
}

/**
 * Reads the catalogue: `PLANS_FILE`, a JSON list of plans, else the standard ones.
 *
 * @throws {ConfigurationError} naming everything that is wrong in the file.
 */
export function readPlans(path: string | undefined): PlanCatalogue {
  if (!path) return new PlanCatalogue(STANDARD_PLANS);
  const problems: string[] = [];
  let plans: unknown;
  try {
    plans = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigurationError([
      `PLANS_FILE: ${path} cannot be read as JSON (${(error as NodeJS.ErrnoException).code ?? (error as Error).message}). Correct it, or leave PLANS_FILE out for the standard plans.`,
    ]);
  }
  if (!Array.isArray(plans) || !plans.length)
    throw new ConfigurationError([`PLANS_FILE: ${path} has no list of plans.`]);
  const seen = new Set<string>();
  for (const [index, plan] of plans.entries()) {
    const wrong = problemsOf(plan as Partial<Plan>);
    problems.push(...wrong.map((problem) => `PLANS_FILE: plan ${index + 1} ${problem}.`));
    if (wrong.length) continue;
    const { plan: name, version, references } = plan as Plan;
    for (const key of [
      `${name} ${version}`,
      ...Object.entries(references).map(([provider, id]) => `${provider} ${id}`),
    ]) {
      if (seen.has(key)) problems.push(`PLANS_FILE: ${key} is there twice.`);
      seen.add(key);
    }
  }
  if (problems.length) throw new ConfigurationError(problems);
  return new PlanCatalogue(plans as Plan[]);
}

function problemsOf({ plan, version, name, price, entitlements, limits, references }: Partial<Plan>): string[] {
  const problems: string[] = [];
  const check = (right: boolean, problem: string) => right || problems.push(problem);
  check(typeof plan === 'string' && /^[a-z][a-z0-9_]{0,39}$/.test(plan), 'has no "plan" in lower case letters');
  check(Number.isInteger(version) && Number(version) > 0, 'has no "version" above 0');
  check(typeof name === 'string' && name.length > 0 && name.length <= 60, 'has no "name" of 1 to 60 characters');
  check(Number.isInteger(price?.amount) && Number(price?.amount) >= 0, 'has no "price.amount" in whole units');
  check(/^[A-Z]{3}$/.test(price?.currency ?? ''), 'has no "price.currency" (ISO 4217)');
  check(
    Array.isArray(entitlements) && entitlements.every((entitlement) => entitlement in ENTITLEMENTS),
    `has "entitlements" other than ${Object.keys(ENTITLEMENTS).join(', ')}`,
  );
  check(
    typeof limits === 'object' &&
      Object.entries(limits ?? {}).every(([limit, most]) => limit in LIMITS && Number.isInteger(most) && most > 0),
    `has "limits" other than whole numbers above 0 for ${Object.keys(LIMITS).join(', ')}`,
  );
  check(
    typeof references === 'object' &&
      Object.entries(references ?? {}).every(
        ([provider, id]) =>
          (PROVIDERS as readonly string[]).includes(provider) && typeof id === 'string' && id.length > 0,
      ),
    `has "references" other than texts for ${PROVIDERS.join(', ')}`,
  );
  return problems;
}
