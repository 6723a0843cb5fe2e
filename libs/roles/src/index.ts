export { CannotNarrowError, RoleAboveOwnError, RoleInUseError, RoleIsOwnError } from './roles.errors.js';
export { RolesModule } from './roles.module.js';
export { CustomRoles, type CustomRoleInput } from './custom/custom-roles.service.js';
export { SEEDED_PERMISSIONS } from './roles.seeds.js';
export { givenRole, type RoleFields } from './given-role.js';
export {
  builtIn,
  effectiveRole,
  type GivenRole,
  GRANTABLE,
  type HeldRole,
  heldRole,
  isAccountWide,
  mayGive,
  OF_EVERY_ROLE,
  OWNER_ONLY,
  type Permission,
  PERMISSIONS,
  ROLE_NAMES,
  ROLE_PERMISSIONS,
  type RoleName,
  ROLES,
  type Role,
  type RoleGrant,
  rolesWith,
  WORKSPACE_ROLE_NAMES,
  type WorkspaceRoleName,
} from './roles.permissions.js';
export { accountRoleFrom, ROLE_COLUMNS, roleFrom, type RoleRow } from './role-columns.js';
