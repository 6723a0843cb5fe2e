import { Injectable } from '@nestjs/common';
import { AuditTrail, changesBetween } from '#libs/audit';
import { type AccountPlace, ContextStore, job } from '#libs/context';
import { EveryAccount, UnitOfWork, InjectRepository, ScopedRepository } from '#libs/database';
import { Duty } from '#libs/jobs';
import { AccountUsageEntity } from './usage.entity.js';
import { USAGE } from '../billing.acts.js';

const ACTOR = job('usage-reconciliation', ['usage.reconcile']);

/** What is there, counted anew; under a lock on the figures, which whoever adds or frees anything waits for. */
const COUNTED = `select
  (select count(*)::int from members m where m.account_id = $1 and m.status = 'active') as seats,
  (select count(*)::int from workspaces w where w.account_id = $1 and w.archived_at is null) as workspaces`;

/** Counts members and workspaces anew, daily, and puts figures right that differ, with an entry that says by how much. */
@Injectable()
export class UsageReconciliation {
  constructor(
    private readonly contexts: ContextStore,
    private readonly accounts: EveryAccount,
    private readonly work: UnitOfWork,
    @InjectRepository(AccountUsageEntity) private readonly usage: ScopedRepository<AccountUsageEntity>,
    private readonly trail: AuditTrail,
  ) {}

  /** Goes through every account of every cell. @param signal stops it between two. @returns how many figures were wrong */
  @Duty({ name: 'usage reconciliation', everySeconds: 24 * 3_600 })
  run(signal?: AbortSignal): Promise<number> {
    const count = (account: AccountPlace) =>
      this.contexts.runAs({ actor: ACTOR, account }, () => this.work.run(() => this.reconcile()));
    return this.accounts.sum('usage reconciliation', count, signal);
  }

  private async reconcile(): Promise<number> {
    const unit = this.work.require();
    const before = await this.usage.findLocked({});
    const [counted] = await unit.inAccount<{ seats: number; workspaces: number }>(COUNTED);
    const after = counted && { seats: counted.seats, workspaces: counted.workspaces };
    const changes =
      before && after ? changesBetween({ seats: before.seats, workspaces: before.workspaces }, after) : {};
    if (!after || !Object.keys(changes).length) {
      unit.nothingHappened();
      return 0;
    }
    await this.usage.update({}, after);
    await this.trail.record({
      ...USAGE.reconcile,
      resource: { type: 'account_usage', id: null },
      changes,
    });
    return Object.keys(changes).length;
  }
}
