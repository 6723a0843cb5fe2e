import { Injectable } from '@nestjs/common';
import { ContextStore } from '#libs/context';
import { Metrics, StructuredLog } from '#libs/telemetry';
import type { LoggedEntry } from './audit-entry.js';

/**
 * The second trail: a line of the structured log for each entry, with the same id. One trail that fails is counted and does not
 * silence the other.
 */
@Injectable()
export class EntryLog {
  private seenFailures = 0;

  constructor(
    private readonly log: StructuredLog,
    private readonly metrics: Metrics,
    private readonly contexts: ContextStore,
  ) {}

  /** Writes the line of an entry that the table has, or will have within a second. */
  wrote(entry: LoggedEntry): void {
    this.contexts.noteEntry();
    this.metrics.entries.inc({ category: entry.category, outcome: entry.refusal?.outcome ?? 'succeeded' });
    this.line('info', entry, {});
    this.countFailures();
  }

  /** Writes the lines of entries that the table did not take. */
  missed(entries: readonly LoggedEntry[], error: unknown): void {
    this.metrics.trailFailures.inc({ trail: 'table' }, entries.length);
    const [first] = entries;
    if (first) this.line('error', first, { table_failed: true, further_entries: entries.length - 1, error });
    this.countFailures();
  }

  private line(level: 'info' | 'error', entry: LoggedEntry, more: Record<string, unknown>): void {
    this.log.write(
      level,
      {
        event_id: entry.id,
        category: entry.category,
        action: entry.action,
        outcome: entry.refusal?.outcome ?? 'succeeded',
        reason: entry.refusal?.reason ?? null,
        actor_kind: entry.actorKind,
        actor_user_id: entry.actorUserId,
        actor_name: entry.actorName,
        on_behalf_of_user_id: entry.onBehalfOf,
        account_id: entry.accountId,
        workspace_id: entry.workspaceId,
        resource_type: entry.resourceType,
        resource_id: entry.resourceId,
        request_id: entry.requestId,
        ...more,
      },
      'audit',
    );
  }

  private countFailures(): void {
    const { count } = this.log.failures;
    if (count > this.seenFailures) this.metrics.trailFailures.inc({ trail: 'log' }, count - this.seenFailures);
    this.seenFailures = count;
  }
}
