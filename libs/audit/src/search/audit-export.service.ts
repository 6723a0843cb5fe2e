import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { ContextStore, type RequestContext } from '#libs/context';
import type { PageStart } from '#libs/http';
import type { AuditEntryView } from './audit-entries.views.js';
import { AuditEntriesReadModel } from './audit-entries.read-model.js';
import type { AuditCriteria } from './audit-filter.js';
import { StreamAuthorizer } from './stream-authorizer.port.js';

const AT_ONCE = 1_000;
const COLUMNS = [
  'id',
  'occurred_at',
  'recorded_at',
  'category',
  'action',
  'outcome',
  'reason',
  'reading',
  'actor_kind',
  'actor_user_id',
  'actor_name',
  'on_behalf_of_user_id',
  'on_behalf_of_name',
  'workspace_id',
  'resource_type',
  'resource_id',
  'changes',
  'changes_hidden',
  'request_id',
  'address',
  'user_agent',
] as const satisfies readonly (keyof AuditEntryView)[];

/** Sends the whole trail, or what a filter finds of it, a thousand entries at a time: memory does not grow with it. */
@Injectable()
export class AuditExport {
  constructor(
    private readonly contexts: ContextStore,
    private readonly entries: AuditEntriesReadModel,
    private readonly authorizer: StreamAuthorizer,
  ) {}

  /** Entries, newest first, as text. It breaks off where whoever asked for it may not read them any more. */
  stream(criteria: AuditCriteria, format: 'jsonl' | 'csv'): Readable {
    const context = this.contexts.require('An export');
    return Readable.from(this.pages(context, criteria, format === 'csv' ? csvOf : jsonOf), { objectMode: false });
  }

  private async *pages(context: RequestContext, criteria: AuditCriteria, textOf: TextOf): AsyncGenerator<string> {
    yield textOf.head;
    for (let after: string | null = null; ; ) {
      const start: PageStart = { take: AT_ONCE, after };
      const page: AuditEntryView[] = await this.contexts.runAs(context, async () => {
        await this.authorizer.assertStillAllowed(context);
        return this.entries.list(criteria, start);
      });
      yield page.map(textOf).join('');
      const last = page.at(-1);
      if (page.length < AT_ONCE || !last) return;
      after = last.id;
    }
  }
}

type TextOf = ((entry: AuditEntryView) => string) & { readonly head: string };

const jsonOf: TextOf = Object.assign((entry: AuditEntryView) => `${JSON.stringify(entry)}\n`, { head: '' });

// RFC 4180: lines end with CRLF
const csvOf: TextOf = Object.assign(
  (entry: AuditEntryView) => `${COLUMNS.map((column) => cellOf(entry[column])).join(',')}\r\n`,
  { head: `${COLUMNS.join(',')}\r\n` },
);

/** A value as a cell that no spreadsheet takes for a formula (OWASP, CSV injection). */
function cellOf(value: AuditEntryView[keyof AuditEntryView]): string {
  const text = value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  const harmless = /^\s*[=+\-@＝＋－＠\t\r]/.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}
