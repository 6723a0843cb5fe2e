export { type IssuedToken, AccessTokens, withKeys } from './access-tokens.service.js';
export { AccountSessions } from './account-sessions.service.js';
export { AuthenticationGuard } from './authentication.guard.js';
export { AddressTakenError, SignInRefusedError } from './identity.errors.js';
export { IdentityModule } from './identity.module.js';
export { SignOutCarrier } from './sign-out-carrier.service.js';
export { TokenView } from './sessions.controller.js';
export { type User, Users } from './users.service.js';
