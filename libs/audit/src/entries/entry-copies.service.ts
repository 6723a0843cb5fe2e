import { Injectable, Logger } from '@nestjs/common';
import { type AccountPlace, ContextStore, job } from '#libs/context';
import { type DirectoryRow, UnitOfWork, WorkerDirectory } from '#libs/database';
import { Duty } from '#libs/jobs';
import { Metrics } from '#libs/telemetry';
import type { AuditCategory, Outcome } from './audit-entry.js';

const MAX_AT_ONCE = 100;
/** A worker that died with an entry in hand, or a cell that did not answer: it is tried again after so long. */
const LEASE_SECONDS = 30;

interface ClaimedEntry extends DirectoryRow<'claim_entries_to_copy'> {
  readonly category: AuditCategory;
  readonly outcome: Outcome;
  readonly details: Readonly<Record<string, unknown>>;
  readonly accounts: readonly AccountPlace[];
}

// The same id as in the directory, so that a second copy changes nothing. What happened to somebody who is no member any more, or
// before they were one, is none of the account's business.
const COPY = `insert into audit_entries (account_id, id, occurred_at, category, action, actor_kind, actor_user_id, actor_name,
    resource_type, resource_id, changes, outcome, reason, request_id, address, user_agent)
  select $1, $2, least($3::timestamptz, now()), $4, $5, $6, $7, $8, 'user', $9::uuid, $10, $11, $12, $13, $14, $15
  where exists (select from members m where m.account_id = $1 and m.user_id = $9::uuid and m.status = 'active'
    and m.joined_at <= $3::timestamptz)
  on conflict do nothing`;

/** Copies what happens to a person outside any account, a sign-in for example, into the trails of their accounts; in the worker. */
@Injectable()
export class EntryCopies {
  private readonly logger = new Logger('audit');

  constructor(
    private readonly contexts: ContextStore,
    private readonly directory: WorkerDirectory,
    private readonly work: UnitOfWork,
    private readonly metrics: Metrics,
  ) {}

  /** Copies what waits, a hundred at most. @returns how many there were. */
  @Duty({ name: 'entry copies' })
  async copyDue(): Promise<number> {
    const claimed = await this.directory.call('claim_entries_to_copy', {
      most: MAX_AT_ONCE,
      leaseSeconds: LEASE_SECONDS,
    });
    for (const entry of claimed) await this.copy(entry as ClaimedEntry);
    return claimed.length;
  }

  private async copy(entry: ClaimedEntry): Promise<void> {
    try {
      for (const account of entry.accounts) await this.copyInto(account, entry);
      await this.directory.call('entry_copied', { copiedId: entry.id });
    } catch (error) {
      // it is claimed again after its lease; what was copied already stays copied
      this.logger.warn(`Entry ${entry.id} has not reached every account yet: ${error}`);
    }
  }

  private copyInto(account: AccountPlace, entry: ClaimedEntry): Promise<void> {
    const byPerson = entry.actor === 'user';
    const changes = Object.fromEntries(Object.entries(entry.details).map(([name, to]) => [name, { to }]));
    return this.contexts.runAs({ actor: job('entry-copies', []), account }, () =>
      this.work.run(async () => {
        const unit = this.work.require();
        await unit.inAccount(
          COPY,
          entry.id,
          entry.occurred_at,
          entry.category,
          entry.action,
          byPerson ? 'user' : entry.actor === 'unknown' ? 'unknown' : 'operator',
          byPerson ? entry.user_id : null,
          byPerson || entry.actor === 'unknown' ? null : entry.actor,
          entry.user_id,
          changes,
          entry.outcome,
          entry.reason,
          entry.request_id,
          entry.address,
          entry.user_agent,
        );
        unit.afterCommit.push(() => this.metrics.copied.inc());
        // the copy is the entry of the act; that it was copied is none
        unit.nothingHappened();
      }),
    );
  }
}
