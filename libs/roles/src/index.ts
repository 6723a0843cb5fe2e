export { AccessGuard } from './access.guard.js';
export { assertFresh } from './assurance.js';
export { DeferredAuthorityInterceptor } from './deferred-authority.interceptor.js';
export type { Principal } from './principal.js';
export {
  AccountNotEnteredError,
  PermissionMissingError,
  RoleAboveOwnError,
  StepUpNeededError,
  WorkspaceNotEnteredError,
} from './roles.errors.js';
export { RolesModule } from './roles.module.js';
export {
  effectiveRole,
  mayGive,
  type Permission,
  PERMISSIONS,
  ROLE_PERMISSIONS,
  ROLES,
  type Role,
  type RoleGrant,
  rolesWith,
  WORKSPACE_ROLES,
} from './roles.permissions.js';
export { SignInSessions } from './sign-in-sessions.port.js';
