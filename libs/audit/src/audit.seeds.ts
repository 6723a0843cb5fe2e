import type { Seed } from '#libs/database';
import { AuditRetention } from './retention/audit-retention.service.js';

/** Rows of what an account decides about its trail, for tests and the isolation proof. */
export const AUDIT_SEEDS: readonly Seed[] = [
  {
    table: 'audit_retention',
    scope: 'account',
    // one row, without an id of its own
    sow: async (app, { workspaceId }) => {
      await app.get(AuditRetention).keep('content', 90);
      return workspaceId;
    },
  },
];
