export { AccessGuard } from './access.guard.js';
export {
  AccountNotEnteredError,
  AccountReadOnlyError,
  PasswordNotAllowedError,
  PermissionMissingError,
  SecondFactorNeededError,
  StepUpNeededError,
  WorkspaceNotEnteredError,
} from './access.errors.js';
export { AccessModule } from './access.module.js';
export { assertAllowed, decide } from './decide.js';
export { assertFresh } from './assert-fresh.js';
export type { Principal } from './principal.js';
export { ReadAuthorizationInterceptor } from './read-authorization.interceptor.js';
export { SignInSessions } from './sign-in-sessions.port.js';
