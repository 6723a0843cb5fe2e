import type { Plan } from './plan.js';

const GIB = 2 ** 30;

/**
 * The plans of an installation that names none of its own (`PLANS_FILE`). Their references are those of the local providers of
 * development.
 */
export const STANDARD_PLANS: readonly Plan[] = [
  {
    plan: 'starter',
    version: 2,
    name: 'Starter',
    price: { amount: 1_900, currency: 'USD' },
    entitlements: [],
    limits: {
      seats: 5,
      workspaces: 3,
      documents: 5_000,
      storage_bytes: 2 * GIB,
      requests: 100_000,
    },
    references: { paddle: 'pri_00000000000000000starter01', stripe: 'price_starter01' },
  },
  {
    plan: 'professional',
    version: 2,
    name: 'Professional',
    price: { amount: 4_900, currency: 'USD' },
    entitlements: ['audit.search'],
    limits: {
      seats: 50,
      workspaces: 50,
      documents: 100_000,
      storage_bytes: 50 * GIB,
      requests: 2_000_000,
    },
    references: { paddle: 'pri_000000000000professional01', stripe: 'price_professional01' },
  },
  {
    plan: 'enterprise',
    version: 2,
    name: 'Enterprise',
    price: { amount: 9_900, currency: 'USD' },
    entitlements: ['audit.search', 'audit.year'],
    limits: {},
    references: { paddle: 'pri_00000000000000enterprise01', stripe: 'price_enterprise01' },
  },
];
