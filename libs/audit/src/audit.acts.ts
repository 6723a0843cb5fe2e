import { actsOn } from './entries/acts.js';

/** Acts of deleting entries after their retention. */
export const AUDIT_ENTRIES = actsOn('audit_entries', 'privacy', ['purge']);

/** Acts of reading the audit trail. */
export const AUDIT_ENTRY = actsOn('audit_entry', 'administration', ['list', 'follow', 'export']);

/** Acts of the retention of the audit trail. */
export const AUDIT_RETENTION = actsOn('audit_retention', 'settings', ['read', 'update']);
