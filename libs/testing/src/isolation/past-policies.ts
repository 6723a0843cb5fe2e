import pg from 'pg';
import type { TestDatabases } from '../test-server.js';

/**
 * Reads and arranges past all policies, as the test server's administrator: what is there is seen whole, and compared before
 * and after an attack. One connection a database, kept while a proof runs.
 */
export class PastPolicies {
  private readonly pools = new Map<string, pg.Pool>();

  constructor(private readonly databases: TestDatabases) {}

  /** Rows of a statement in the directory (`directory`) or in a cell, by its name. */
  async rows<Row extends pg.QueryResultRow>(database: string, text: string, values: unknown[] = []): Promise<Row[]> {
    const known = this.pools.get(database);
    const pool = known ?? new pg.Pool({ connectionString: this.databases.adminUrlOf(database), max: 1 });
    if (!known) {
      pool.on('error', () => undefined);
      this.pools.set(database, pool);
    }
    return (await pool.query<Row>(text, values)).rows;
  }

  async end(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.end()));
  }
}
