import { Injectable, Logger } from '@nestjs/common';
import { AuditTrail, changesBetween } from '#libs/audit';
import { type AccountPlace, ContextStore, job } from '#libs/context';
import { Cells, UnitOfWork, WorkerDirectory } from '#libs/database';
import { AccountUsageRepository } from './usage.repository.js';

const ACCOUNTS_AT_ONCE = 500;
const ACTOR = job('usage-reconciliation');

/** What is there, counted anew; under a lock on the figures, which whoever adds or frees anything waits for. */
const COUNTED = `select
  (select count(*)::int from members m where m.account_id = $1 and m.status = 'active') as seats,
  (select count(*)::int from workspaces w where w.account_id = $1 and w.archived_at is null) as workspaces`;
/** Counts members and workspaces anew, daily, and puts figures right that differ, with an entry that says by how much. */
@Injectable()
export class UsageReconciliation {
  private readonly logger = new Logger('billing');

  constructor(
    private readonly contexts: ContextStore,
    private readonly cells: Cells,
    private readonly directory: WorkerDirectory,
    private readonly work: UnitOfWork,
    private readonly usage: AccountUsageRepository,
    private readonly trail: AuditTrail,
  ) {}

  /** Goes through every account of every cell. @returns how many figures were wrong */
  async run(signal?: AbortSignal): Promise<number> {
    let wrong = 0;
    for (const { name: cell } of this.cells.all()) {
      for (let after: string | null = null; ; ) {
        const accounts: { account_id: string }[] = await this.directory.call(
          'accounts_of_cell',
          cell,
          after,
          ACCOUNTS_AT_ONCE,
        );
        for (const { account_id: id } of accounts) {
          if (signal?.aborted) return wrong;
          wrong += await this.tryToReconcile({ id, cell });
        }
        after = accounts.at(-1)?.account_id ?? null;
        if (accounts.length < ACCOUNTS_AT_ONCE) break;
      }
    }
    return wrong;
  }

  /** One account's trouble does not keep the others from being counted. */
  private async tryToReconcile(account: AccountPlace): Promise<number> {
    try {
      return await this.contexts.runAs({ actor: ACTOR, account }, () =>
        this.work.run(() => this.reconcile(account.id)),
      );
    } catch (error) {
      this.logger.error({ error, account_id: account.id, duty: 'usage reconciliation' });
      return 0;
    }
  }

  private async reconcile(accountId: string): Promise<number> {
    const unit = this.work.require();
    const before = await this.usage.findLocked({});
    const [counted]: { seats: number; workspaces: number }[] = await unit.manager.query(COUNTED, [accountId]);
    const after = counted && { seats: counted.seats, workspaces: counted.workspaces };
    const changes =
      before && after ? changesBetween({ seats: before.seats, workspaces: before.workspaces }, after) : {};
    if (!after || !Object.keys(changes).length) {
      unit.nothingHappened();
      return 0;
    }
    await this.usage.update({}, after);
    await this.trail.record({
      category: 'billing',
      action: 'usage.reconcile',
      resource: { type: 'account_usage', id: null },
      changes,
    });
    return Object.keys(changes).length;
  }
}
