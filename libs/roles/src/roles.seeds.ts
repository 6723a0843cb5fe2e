import { newId } from '#libs/context';
import type { Seed } from '#libs/database';
import { CustomRoles } from './custom/custom-roles.service.js';
import type { Permission } from './roles.permissions.js';

/** Permissions of the custom role that is sown. */
export const SEEDED_PERMISSIONS: readonly Permission[] = ['documents.read', 'workspaces.read'];

/** Rows of custom roles, for tests and the isolation proof. */
export const ROLE_SEEDS: readonly Seed[] = [
  {
    table: 'custom_roles',
    scope: 'account',
    sow: (app) => app.get(CustomRoles).create({ name: `Reader ${newId()}`, permissions: SEEDED_PERMISSIONS }),
  },
];
