import { Injectable } from '@nestjs/common';
import { AuditTrail } from '#libs/audit';
import { job } from '#libs/context';
import { EveryAccount, UnitOfWork } from '#libs/database';
import { Duty } from '#libs/jobs';
import { CONTENT } from './content.acts.js';

const ROWS_AT_ONCE = 1_000;
const ROUND = { duty: 'content purge', actor: job('content-purge', ['content.purge']) };

interface PurgedRow {
  readonly documents: string;
  readonly datasets: string;
}

/**
 * Permanently deletes documents and datasets that were deleted 30 days ago or earlier: account by account, at most 1,000 rows of each in a
 * transaction, with one audit entry per transaction. After an interruption, the next run continues.
 */
@Injectable()
export class ContentPurge {
  constructor(
    private readonly accounts: EveryAccount,
    private readonly work: UnitOfWork,
    private readonly trail: AuditTrail,
  ) {}

  /** Goes through every account of every cell. @param signal stops it between two transactions. @returns how many rows went. */
  @Duty({ name: 'content purge', everySeconds: 6 * 3_600 })
  run(signal?: AbortSignal): Promise<number> {
    return this.accounts.drain(ROUND, () => this.purgeSome(), signal);
  }

  private async purgeSome(): Promise<number> {
    const unit = this.work.require();
    // a second worker waits here, then takes the next rows
    await unit.lock('content-purge', 'alone');
    const [row] = await unit.call<PurgedRow>('purge_deleted_content', ROWS_AT_ONCE);
    const [documents, datasets] = [Number(row?.documents), Number(row?.datasets)];
    if (!documents && !datasets) {
      unit.nothingHappened();
      return 0;
    }
    await this.trail.record({
      ...CONTENT.purge,
      resource: { type: 'documents', id: null },
      changes: { documents: { from: documents, to: 0 }, datasets: { from: datasets, to: 0 } },
    });
    return documents + datasets;
  }
}
