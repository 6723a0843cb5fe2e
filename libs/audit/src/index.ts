export { type AuditAct, type AuditCategory, type Change, changesBetween } from './audit-entry.js';
export { AuditModule } from './audit.module.js';
export { AuditTrail } from './audit-trail.service.js';
export { type EventSource, type PlatformEvent, PlatformTrail } from './platform-trail.service.js';
export { recordedOrigin } from './recorded-origin.js';
