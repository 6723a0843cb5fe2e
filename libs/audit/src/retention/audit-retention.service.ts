import { Injectable } from '@nestjs/common';
import { UnitOfWork, InjectRepository, ScopedRepository } from '#libs/database';
import { Entitlements } from '#libs/entitlements';
import type { AuditCategory } from '../entries/audit-entry.js';
import { AuditTrail } from '../entries/audit-trail.service.js';
import { AuditRetentionEntity } from './audit-retention.entity.js';
import { AUDIT_RETENTION } from '../audit.acts.js';

/** Days that an account can keep entries of its acts for. Entries of reads are kept for the fewest. */
export const RETENTION_DAYS = [90, 365] as const;

/** One of {@link RETENTION_DAYS}. */
export type RetentionDays = (typeof RETENTION_DAYS)[number];

/** How long an account keeps entries, by category. */
@Injectable()
export class AuditRetention {
  constructor(
    private readonly work: UnitOfWork,
    @InjectRepository(AuditRetentionEntity) private readonly rows: ScopedRepository<AuditRetentionEntity>,
    private readonly entitlements: Entitlements,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * Keeps entries of a category so long from now on; fewer days count from the next purge, for what is there as well.
   *
   * @throws {NotInPlanError} for more days than the plan has.
   */
  async keep(category: AuditCategory, days: RetentionDays): Promise<void> {
    if (days > 90) await this.entitlements.require('audit.year');
    await this.work.run(async () => {
      const unit = this.work.require();
      await unit.lock('audit-retention', 'alone');
      const said = (await this.rows.findOne({}))?.days ?? {};
      const before = said[category] ?? (await this.entitlements.auditDays());
      if (before === days) return unit.nothingHappened();
      await this.rows.upsert({ days: { ...said, [category]: days } }, ['days'], []);
      await this.trail.record({
        ...AUDIT_RETENTION.update,
        resource: { type: 'audit_retention', id: null },
        changes: { [category]: { from: before, to: days } },
      });
    });
  }
}
