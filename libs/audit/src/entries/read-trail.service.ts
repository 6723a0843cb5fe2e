import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ContextStore, newId, type RequestContext } from '#libs/context';
import { Recorders } from '#libs/database';
import { Metrics } from '#libs/telemetry';
import type { AuditCategory, LoggedEntry } from './audit-entry.js';
import { EntryLog } from './entry-log.service.js';
import { recordedOrigin } from './recorded-origin.js';

/** Entries of reads wait at most so long before they are written; with what the server holds back (0.6 s) less than a second. */
const WAIT_MS = 200;
const AGAIN_AFTER_MS = 1_000;
/** Beyond so many waiting in one cell, no read is answered there any more. */
const MOST_WAITING = 20_000;
const MOST_AT_ONCE = 2_000;

// Every account of a cell in one statement, as the role that may write this and read nothing. Written twice where the answer
// to the first was lost: the second time changes nothing.
const WRITE = `insert into audit_entries (account_id, id, occurred_at, category, action, actor_kind, actor_user_id, workspace_id,
    resource_type, resource_id, reading, request_id, account_session_id, address, user_agent)
  select r.account_id, r.id, least(r.occurred_at, now()), r.category, r.action, 'user', r.actor_user_id, r.workspace_id,
    r.resource_type, r.resource_id, true, r.request_id, r.account_session_id, r.address, r.user_agent
  from jsonb_to_recordset($1::jsonb) as r (account_id uuid, id uuid, occurred_at timestamptz, category text, action text,
    actor_user_id uuid, workspace_id uuid, resource_type text, resource_id uuid, request_id text, account_session_id uuid,
    address inet, user_agent text)
  on conflict do nothing`;

/** What was read. */
export interface ReadAct {
  readonly category: AuditCategory;
  readonly action: string;
  readonly resource: { readonly type: string; readonly id: string | null };
  /** Default the workspace of the context. */
  readonly workspaceId?: string | null;
}

interface Waiting {
  readonly row: Readonly<Record<string, unknown>>;
  readonly logged: LoggedEntry;
}

/**
 * Entries of reads: gathered in memory and written for all accounts of a cell at once, so that a read neither waits for its entry
 * nor makes a transaction durable. A crash loses those of the last second at most (ADR 17).
 */
@Injectable()
export class ReadTrail implements OnApplicationShutdown {
  private readonly waiting = new Map<string, Waiting[]>();
  private readonly writing = new Map<string, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly contexts: ContextStore,
    private readonly recorders: Recorders,
    private readonly log: EntryLog,
    metrics: Metrics,
  ) {
    metrics.gauge('bulkhead_audit_reads_waiting', 'Entries of reads that are not written yet', () => this.count());
  }

  /** Whether the trail of a cell takes no more reads: it has not been written for too long. */
  isFull(cell: string): boolean {
    return (this.waiting.get(cell)?.length ?? 0) >= MOST_WAITING;
  }

  /** Records a read of the current context; it is in the table within a second. */
  record(act: ReadAct): void {
    const context = this.contexts.require('An entry of a read');
    const { actor, account, origin, requestId } = context;
    if (actor.kind !== 'user' || !account) return;
    const id = newId();
    const workspaceId = act.workspaceId ?? context.workspaceId ?? null;
    const { address, userAgent } = recordedOrigin(origin);
    const row = {
      account_id: account.id,
      id,
      occurred_at: new Date().toISOString(),
      category: act.category,
      action: act.action,
      actor_user_id: actor.userId,
      workspace_id: workspaceId,
      resource_type: act.resource.type,
      resource_id: act.resource.id,
      request_id: requestId,
      account_session_id: actor.accountSessionId ?? null,
      address,
      user_agent: userAgent,
    };
    const logged = loggedOf(id, act, context, workspaceId);
    const waiting = this.waiting.get(account.cell) ?? [];
    waiting.push({ row, logged });
    this.waiting.set(account.cell, waiting);
    this.log.wrote(logged);
    this.wake(WAIT_MS);
  }

  /** Writes what waits, of every cell; comes back when it is written or has failed. */
  async flush(): Promise<void> {
    await Promise.all([...this.waiting.keys()].map((cell) => this.flushCell(cell)));
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.flush();
    clearTimeout(this.timer);
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
      const batch = waiting.slice(0, MOST_AT_ONCE);
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

function loggedOf(id: string, act: ReadAct, context: RequestContext, workspaceId: string | null): LoggedEntry {
  return {
    id,
    category: act.category,
    action: act.action,
    actorKind: 'user',
    actorUserId: context.userId,
    actorName: null,
    onBehalfOf: null,
    accountId: context.account?.id ?? null,
    workspaceId,
    resourceType: act.resource.type,
    resourceId: act.resource.id,
    refusal: undefined,
    requestId: context.requestId,
  };
}
