export { AuthenticationGuard } from './tokens/authentication.guard.js';
export { type IssuedToken, AccessTokens, withKeys } from './tokens/access-tokens.service.js';
export { AddressTakenError, CsrfRefusedError, SignInRefusedError } from './identity.errors.js';
export { IdentityModule } from './identity.module.js';
export { AccountSessions, type LivingSession, type ParentSession } from './sessions/account-sessions.service.js';
export { TokenView } from './sessions/sessions.controller.js';
export { SignIns } from './sessions/sign-ins.service.js';
export { SignOutCarrier } from './sessions/sign-out-carrier.service.js';
export { type User, Users } from './users/users.service.js';
