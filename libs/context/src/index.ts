export { ContextModule } from './context.module.js';
export { ContextStore } from './context-store.service.js';
export { type AccountPlace, type ContextInput, type Origin, RequestContext } from './request-context.js';
export type {
  Access,
  Demand,
  EffectiveRole,
  InvitedAccess,
  MemberAccess,
  PersonAccess,
  TrustedAccess,
} from './access.js';
export type { Actor, ActorOf } from './actors/actor.js';
export { job, type JobActor, operator, type OperatorActor } from './actors/trusted.js';
export type { Assurance, UserActor } from './actors/user.js';
export {
  BulkheadError,
  type ErrorDetails,
  type ErrorKind,
  type ProblemMember,
  type ProblemMembers,
  RETRY_AFTER,
} from './bulkhead.error.js';
export { ConfigurationError, ContextMissingError, NotFoundError, PreconditionFailedError } from './context.errors.js';
export {
  type Environment,
  inspectEnvironment,
  parseEnvironment,
  processVariables,
  provisionUrlIn,
} from './environment.js';
export type { Variables } from './variables-reader.js';
export type {
  BillingSettings,
  CellSettings,
  ChallengeSettings,
  HttpSettings,
  MailSettings,
  PasskeySettings,
  ServerSettings,
  SessionSettings,
  TelemetrySettings,
  TokenSettings,
} from './settings.js';
export { deriveKey, deriveText } from './derived-keys.js';
export { isUuid, leastIdAt, newId } from './ids.js';
export { openText, sealText } from './sealed-text.js';
