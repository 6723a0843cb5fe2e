import type { AccountPlace } from '#libs/context';
import type { TenantPool } from '../gate/tenant-pool.js';

/** Something to do in an account: which account, and what kind of thing. What it is, only the account's own context shows. */
export interface QueuedWork {
  readonly account: AccountPlace;
  readonly id: string;
  readonly kind: string;
}

const DUE = `select m.account_id, m.id, m.kind from outbox_messages m
  where m.sent_at is null and m.failed_at is null and m.due_at <= now() order by m.due_at limit $1`;

const OLDEST_DUE = `select coalesce(greatest(0, extract(epoch from now() - min(m.due_at))), 0)::float8 as seconds
  from outbox_messages m where m.sent_at is null and m.failed_at is null`;

const DUE_SUBSCRIPTIONS = `select s.account_id from subscriptions s where s.due_at <= $1 order by s.due_at limit $2`;

/** Looks across the accounts of every cell for something to do, as a role that sees nothing but that there is. */
export class WorkQueues {
  constructor(private readonly pools: ReadonlyMap<string, TenantPool>) {}

  /** What is due in a cell, the longest due first. */
  async due(cell: string, most: number): Promise<QueuedWork[]> {
    const pool = this.pools.get(cell);
    if (!pool) return [];
    const { rows } = await pool.using(null, (connection) =>
      connection.query<{ account_id: string; id: string; kind: string }>(DUE, [most]),
    );
    return rows.map(({ account_id: account, id, kind }) => ({ account: { id: account, cell }, id, kind }));
  }

  /** Returns how many seconds the oldest due mail of a cell has waited; 0 if none is due or the cell is unknown. */
  async oldestMailSeconds(cell: string): Promise<number> {
    const rows = await this.pools
      .get(cell)
      ?.using(null, (connection) => connection.query<{ seconds: number }>(OLDEST_DUE, []));
    return rows?.rows[0]?.seconds ?? 0;
  }

  /** Accounts of a cell whose subscription has something due at a moment, the longest due first. */
  async dueSubscriptions(cell: string, now: Date, most: number): Promise<AccountPlace[]> {
    const pool = this.pools.get(cell);
    if (!pool) return [];
    const { rows } = await pool.using(null, (connection) =>
      connection.query<{ account_id: string }>(DUE_SUBSCRIPTIONS, [now, most]),
    );
    return rows.map(({ account_id: id }) => ({ id, cell }));
  }

  /** Names of the cells that are looked at. */
  get cells(): readonly string[] {
    return [...this.pools.keys()];
  }

  /** Closes every connection. */
  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.end()));
  }
}
