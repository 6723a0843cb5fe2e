export { AccessGuard } from './access.guard.js';
export {
  AccountNotEnteredError,
  AccountReadOnlyError,
  PasswordNotAllowedError,
  PermissionMissingError,
  RoleAboveOwnError,
  RoleIsOwnError,
  SecondFactorNeededError,
  StepUpNeededError,
  WorkspaceNotEnteredError,
} from './access.errors.js';
export { AccessModule } from './access.module.js';
export { assertAllowed, decide, type Decision } from './decide.js';
export { demandOf } from './demand-of.js';
export { assertFresh } from './fresh-proof.js';
export type { Principal } from './principal.js';
export { ReadAuthorizationInterceptor } from './read-authorization.interceptor.js';
export { SignInSessions } from './sign-in-sessions.port.js';
