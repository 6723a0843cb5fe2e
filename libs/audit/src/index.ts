export {
  type Act,
  AUDIT_CATEGORIES,
  type AuditAct,
  type AuditCategory,
  type Change,
  changesBetween,
  type Outcome,
  type Refusal,
} from './entries/audit-entry.js';
export { actsOn } from './entries/acts.js';
export { AuditModule, AuditRequestsModule, AuditWorkerModule } from './audit.module.js';
export { AuditTrail } from './entries/audit-trail.service.js';
export { EntryCopies } from './entries/entry-copies.service.js';
export {
  type Consequences,
  type EventSource,
  type PlatformEvent,
  PlatformTrail,
} from './entries/platform-trail.service.js';
export { BatchedEntries } from './entries/batched-entries.service.js';
export { recordedOrigin } from './entries/recorded-origin.js';
export { RequestTrail } from './entries/request-trail.service.js';
export { AuditPurge } from './retention/audit-purge.service.js';
export { AuditRetention } from './retention/audit-retention.service.js';
export { StreamAuthorizer } from './search/stream-authorizer.port.js';
