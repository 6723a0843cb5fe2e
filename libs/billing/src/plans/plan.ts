import type { Terms } from '#libs/entitlements';

/** Providers of payments that there is an adapter for. */
export const PROVIDERS = ['paddle', 'stripe'] as const;

/** One of {@link PROVIDERS}. */
export type ProviderName = (typeof PROVIDERS)[number];

/** A plan as it is, or was, sold. A plan that changes gets a new version; who bought an older one keeps it. */
export interface Plan extends Terms {
  /** Lower case letters, digits and underscores. */
  readonly plan: string;
  readonly version: number;
  readonly name: string;
  /** For one seat and one month, in the smallest unit of the currency (ISO 4217). */
  readonly price: { readonly amount: number; readonly currency: string };
  /** What each provider calls the price. */
  readonly references: Readonly<Partial<Record<ProviderName, string>>>;
}

/** What a plan gives, as it is kept with an account. */
export function termsOf({ plan, version, entitlements, limits }: Plan) {
  return { plan, planVersion: version, entitlements, limits };
}
