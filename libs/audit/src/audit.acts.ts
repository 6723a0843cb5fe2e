import { actsOn } from './entries/acts.js';

export const AUDIT_ENTRIES = actsOn('audit_entries', 'privacy', ['purge']);
export const AUDIT_ENTRY = actsOn('audit_entry', 'administration', ['list', 'follow', 'export']);
export const AUDIT_RETENTION = actsOn('audit_retention', 'settings', ['read', 'update']);
