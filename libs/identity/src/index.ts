export { ENTERING, SIGN_UP } from './identity.acts.js';
export { type IssuedToken, AccessTokens, withKeys } from './tokens/access-tokens.service.js';
export {
  EmailTakenError,
  ChallengeRefusedError,
  ChallengeUnavailableError,
  CodeRefusedError,
  CsrfRefusedError,
  FactorMissingError,
  MailedTokenRefusedError,
  PasskeyMissingError,
  SignInRefusedError,
  TooManyCodesError,
  TooManyFactorsError,
  WrongPasswordError,
} from './identity.errors.js';
export { type Factor, Factors } from './factors/factors.service.js';
export { IdentityModule, IdentityWorkerModule } from './identity.module.js';
export { Sessions } from './sessions/sessions.service.js';
export { AccountSessions, type LivingSession, type ParentSession } from './sessions/account-sessions.service.js';
export { hashOf } from './tokens/token-hash.js';
export { mailedToken } from './tokens/mailed-token.js';
export { TokenView, UserView } from './sessions/sessions.views.js';
export { SignIns } from './sessions/sign-ins.service.js';
export { BotChallenge } from './throttling/bot-challenge.port.js';
export { DirectoryCounter } from './throttling/directory-counter.js';
export { type BlockedAddress, SignInLimits } from './throttling/sign-in-limits.service.js';
export { SignOutCarrier } from './sessions/sign-out-carrier.service.js';
export { assertEmail, emailKey, isEmail } from './users/email-address.js';
export { type User, Users } from './users/users.service.js';
export { FreshProofGuard } from './factors/fresh-proof.guard.js';
export { FreshProof } from './factors/fresh-proof.service.js';
export { PersonLimits } from './throttling/person-limits.service.js';
