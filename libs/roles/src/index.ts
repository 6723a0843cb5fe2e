export { AccessGuard } from './access.guard.js';
export { assertFresh } from './assurance.js';
export { DeferredAuthorityInterceptor } from './deferred-authority.interceptor.js';
export type { Principal } from './principal.js';
export {
  AccountNotEnteredError,
  CannotNarrowError,
  AccountReadOnlyError,
  PermissionMissingError,
  RoleAboveOwnError,
  RoleInUseError,
  RoleIsOwnError,
  StepUpNeededError,
  WorkspaceNotEnteredError,
} from './roles.errors.js';
export { RolesModule } from './roles.module.js';
export { CustomRoles, type CustomRoleInput } from './custom/custom-roles.service.js';
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
} from './roles.permissions.js';
export { ROLE_COLUMNS, roleFrom, type RoleRow } from './standing.js';
export { SignInSessions } from './sign-in-sessions.port.js';
