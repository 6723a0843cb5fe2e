import { Injectable } from '@nestjs/common';
import { job } from '#libs/context';
import { EveryAccount, UnitOfWork } from '#libs/database';
import { Duty } from '#libs/jobs';
import { Metrics } from '#libs/telemetry';
import type { AuditCategory } from '../entries/audit-entry.js';
import { AuditTrail } from '../entries/audit-trail.service.js';
import { AUDIT_ENTRIES } from '../audit.acts.js';

const ENTRIES_AT_ONCE = 5_000;
const ROUND = { duty: 'audit purge', actor: job('audit-purge', ['audit_entries.purge']) };

interface PurgedRow {
  readonly category: AuditCategory;
  readonly reading: boolean;
  readonly entries: string;
}

/**
 * Deletes entries that are over their time, account by account, some thousands in each transaction, with an entry in it that says
 * how many of what. Cut off anywhere, the next run goes on with what is left.
 */
@Injectable()
export class AuditPurge {
  constructor(
    private readonly accounts: EveryAccount,
    private readonly work: UnitOfWork,
    private readonly trail: AuditTrail,
    private readonly metrics: Metrics,
  ) {}

  /** Goes through every account of every cell. @param signal stops it between two transactions. @returns how many entries went. */
  @Duty({ name: 'audit purge', everySeconds: 6 * 3_600 })
  run(signal?: AbortSignal): Promise<number> {
    return this.accounts.drain(ROUND, () => this.purgeSome(), signal);
  }

  private async purgeSome(): Promise<number> {
    const unit = this.work.require();
    // of two workers one goes on
    await unit.lock('audit-purge', 'alone');
    const rows = await unit.call<PurgedRow>('purge_audit_entries', ENTRIES_AT_ONCE);
    const count = rows.reduce((sum, { entries }) => sum + Number(entries), 0);
    if (!count) {
      unit.nothingHappened();
      return 0;
    }
    const named = rows.map(({ category, reading, entries }) => [
      `${category}${reading ? '_reads' : ''}`,
      { from: Number(entries), to: 0 },
    ]);
    await this.trail.record({
      ...AUDIT_ENTRIES.purge,
      resource: { type: 'audit_entries', id: null },
      changes: Object.fromEntries(named),
    });
    unit.afterCommit.push(() => {
      for (const { category, entries } of rows) this.metrics.purged.inc({ category }, Number(entries));
    });
    return count;
  }
}
