import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type AccountPlace, newId, type Origin } from '#libs/context';
import { Recorders } from '#libs/database';
import { Metrics } from '#libs/telemetry';
import type { AuditCategory, LoggedEntry, Refusal } from './audit-entry.js';
import { EntryLog } from './entry-log.service.js';
import { recordedOrigin } from './recorded-origin.js';

/** Entries of reads wait at most so long before they are written. */
const WAIT_MS = 200;
const AGAIN_AFTER_MS = 1_000;
/** Beyond so many waiting in one cell, no read is answered there any more. */
const MAX_WAITING = 20_000;
const MAX_AT_ONCE = 2_000;

// Every account of a cell in one statement, as the role that may write this and read nothing. Written twice where the answer
// to the first was lost: the second time changes nothing.
const WRITE = `insert into audit_entries (account_id, id, occurred_at, category, action, outcome, reason, reading, actor_kind, actor_user_id,
    workspace_id, resource_type, resource_id, request_id, account_session_id, address, user_agent)
  select r.account_id, r.id, least(r.occurred_at, now()), r.category, r.action, r.outcome, r.reason, r.reason is null, 'user',
    r.actor_user_id, r.workspace_id, r.resource_type, r.resource_id, r.request_id, r.account_session_id, r.address, r.user_agent
  from jsonb_to_recordset($1::jsonb) as r (account_id uuid, id uuid, occurred_at timestamptz, category text, action text,
    outcome text, reason text, actor_user_id uuid, workspace_id uuid, resource_type text, resource_id uuid, request_id text,
    account_session_id uuid, address inet, user_agent text)
  on conflict do nothing`;

/** What was looked at, or refused. */
export interface BatchedAct {
  readonly category: AuditCategory;
  readonly action: string;
  readonly resource: { readonly type: string; readonly id: string | null };
  readonly workspaceId: string | null;
  /** Default: it was done, and changed nothing. */
  readonly refusal?: Refusal | undefined;
}

/** Whose request it was. */
export interface Requester {
  readonly account: AccountPlace;
  readonly userId: string;
  readonly accountSessionId: string | null;
  readonly requestId: string;
  readonly origin: Origin;
}

interface Waiting {
  readonly row: Readonly<Record<string, unknown>>;
  readonly logged: LoggedEntry;
}

/**
 * Entries of requests that changed nothing: gathered in memory and written for all accounts of a cell at once. A read neither waits
 * for its entry nor makes a transaction of its own: a crash loses those of the last second at most. A refusal is on the disk
 * before it is answered (ADR 17).
 */
@Injectable()
export class BatchedEntries implements OnApplicationShutdown {
  private readonly waiting = new Map<string, Waiting[]>();
  private readonly writing = new Map<string, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly recorders: Recorders,
    private readonly log: EntryLog,
    metrics: Metrics,
  ) {
    metrics.gauge('bulkhead_audit_entries_waiting', 'Entries of requests that changed nothing, not written yet', () =>
      this.count(),
    );
  }

  /** Whether the trail of a cell takes no more reads: it has not been written for too long. */
  isFull(cell: string): boolean {
    return (this.waiting.get(cell)?.length ?? 0) >= MAX_WAITING;
  }

  /** Records what was looked at; it is in the table within a second. */
  looked(act: BatchedAct, who: Requester): void {
    this.add(act, who);
    this.wake(WAIT_MS);
  }

  /** Records what was refused or failed, and comes back when it is on the disk, or could not be written. */
  async refused(act: BatchedAct, who: Requester): Promise<void> {
    this.add(act, who);
    await this.flushCell(who.account.cell);
  }

  private add(act: BatchedAct, { account, userId, accountSessionId, requestId, origin }: Requester): void {
    const id = newId();
    const { category, action, resource, workspaceId, refusal } = act;
    const { address, userAgent } = recordedOrigin(origin);
    const row = {
      account_id: account.id,
      id,
      occurred_at: new Date().toISOString(),
      category,
      action,
      outcome: refusal?.outcome ?? 'succeeded',
      reason: refusal?.reason ?? null,
      actor_user_id: userId,
      workspace_id: workspaceId,
      resource_type: resource.type,
      resource_id: resource.id,
      request_id: requestId,
      account_session_id: accountSessionId,
      address,
      user_agent: userAgent,
    };
    const logged: LoggedEntry = {
      id,
      category,
      action,
      actorKind: 'user',
      actorUserId: userId,
      actorName: null,
      onBehalfOf: null,
      accountId: account.id,
      workspaceId,
      resourceType: resource.type,
      resourceId: resource.id,
      refusal,
      requestId,
    };
    const waiting = this.waiting.get(account.cell) ?? [];
    waiting.push({ row, logged });
    this.waiting.set(account.cell, waiting);
    this.log.wrote(logged);
  }

  /** Writes what waits, of every cell; comes back when it is written or has failed. */
  async flush(): Promise<void> {
    await Promise.all([...this.waiting.keys()].map((cell) => this.flushCell(cell)));
  }

  /** Writes what waits and closes the connections that it is written by: in this order, which modules have none of. */
  async onApplicationShutdown(): Promise<void> {
    await this.flush();
    clearTimeout(this.timer);
    await this.recorders.close();
  }

  private count(): number {
    return [...this.waiting.values()].reduce((sum, { length }) => sum + length, 0);
  }

  private wake(afterMs: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.flush();
    }, afterMs);
  }

  /** One statement a cell at a time: whoever comes meanwhile queues behind it. */
  private flushCell(cell: string): Promise<void> {
    const written = (this.writing.get(cell) ?? Promise.resolve()).then(() => this.write(cell));
    this.writing.set(cell, written);
    return written;
  }

  private async write(cell: string): Promise<void> {
    const waiting = this.waiting.get(cell) ?? [];
    while (waiting.length) {
      const batch = waiting.slice(0, MAX_AT_ONCE);
      try {
        await this.writeBatch(cell, batch);
      } catch (error) {
        this.log.missed(
          batch.map(({ logged }) => logged),
          error,
        );
        return this.wake(AGAIN_AFTER_MS);
      }
      waiting.splice(0, batch.length);
    }
  }

  /** Writes a batch; of one that holds what the database refuses, everything else. @throws where the database does not answer */
  private async writeBatch(cell: string, batch: readonly Waiting[]): Promise<void> {
    try {
      await this.recorders.write(cell, WRITE, [JSON.stringify(batch.map(({ row }) => row))]);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // nobody's reads wait for an entry that can never be written
      if (batch.length === 1) {
        this.log.missed(
          batch.map(({ logged }) => logged),
          error,
        );
        return;
      }
      const half = Math.ceil(batch.length / 2);
      await this.writeBatch(cell, batch.slice(0, half));
      await this.writeBatch(cell, batch.slice(half));
    }
  }
}

/** Whether a value was refused, and not the database away: classes 22 and 23 (PostgreSQL manual, appendix A). */
function isRefusal(error: unknown): boolean {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' && /^2[23]\w{3}$/.test(code);
}
