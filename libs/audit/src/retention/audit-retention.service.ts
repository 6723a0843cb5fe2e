import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/database';
import type { AuditCategory } from '../entries/audit-entry.js';
import { AuditTrail } from '../entries/audit-trail.service.js';
import { AuditRetentionRepository } from './audit-retention.repository.js';

/** Days that an account can keep entries of its acts for. Entries of reads are kept for the fewest. */
export const RETENTION_DAYS = [90, 365] as const;

/** One of {@link RETENTION_DAYS}. */
export type RetentionDays = (typeof RETENTION_DAYS)[number];

/** Days of a category that nothing was said of. */
export const DEFAULT_DAYS: RetentionDays = 365;

/** How long an account keeps entries, by category. */
@Injectable()
export class AuditRetention {
  constructor(
    private readonly work: UnitOfWork,
    private readonly rows: AuditRetentionRepository,
    private readonly trail: AuditTrail,
  ) {}

  /** Keeps entries of a category so long from now on; fewer days count from the next purge, for what is there as well. */
  async keep(category: AuditCategory, days: RetentionDays): Promise<void> {
    await this.work.run(async () => {
      const unit = this.work.require();
      await unit.lock('audit-retention', 'alone');
      const said = (await this.rows.findOne({}))?.days ?? {};
      const before = said[category] ?? DEFAULT_DAYS;
      if (before === days) return unit.nothingHappened();
      await this.rows.upsert({ days: { ...said, [category]: days } }, ['days'], []);
      await this.trail.record({
        category: 'settings',
        action: 'audit_retention.update',
        resource: { type: 'audit_retention', id: null },
        changes: { [category]: { from: before, to: days } },
      });
    });
  }
}
