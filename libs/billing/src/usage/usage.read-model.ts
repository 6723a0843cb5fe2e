import { Injectable } from '@nestjs/common';
import { NotFoundError } from '#libs/context';
import { Reader } from '#libs/database';
import type { UsageView } from './usage.views.js';

const USAGE = `select u.account_id, u.seats, u.workspaces, u.documents::float8 as documents, u.storage_bytes::float8 as storage_bytes,
    coalesce((select r.requests from account_requests r
      where r.account_id = $1 and r.month = date_trunc('month', now() at time zone 'UTC')::date), 0)::float8 as requests, t.limits
  from account_usage u join account_terms t on t.account_id = u.account_id where u.account_id = $1`;

/** What is counted, in the order in which it is shown. */
const COUNTED = ['seats', 'workspaces', 'documents', 'storage_bytes', 'requests'] as const;

type Row = { readonly account_id: string; readonly limits: Readonly<Record<string, number>> } & Readonly<
  Record<(typeof COUNTED)[number], number>
>;

/** Reads how much of its plan the account uses: one row and this month's, whatever is in the account. */
@Injectable()
export class UsageReadModel {
  constructor(private readonly reader: Reader) {}

  async current(): Promise<UsageView> {
    const [row] = await this.reader.inAccount<Row>(USAGE);
    if (!row) throw new NotFoundError();
    const items = COUNTED.map((limit) => {
      const [used, most] = [row[limit], row.limits[limit] ?? null];
      return { limit, used, most, mark: most === null ? null : markOf(used, most) };
    });
    return { account_id: row.account_id, items };
  }
}

function markOf(used: number, most: number): 80 | 100 | null {
  if (used >= most) return 100;
  return used >= most * 0.8 ? 80 : null;
}
