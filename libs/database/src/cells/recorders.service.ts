import type { TenantPool } from '../gate/tenant-pool.js';
import { WrongCellError } from './cells.errors.js';

/** The connections of the role that may write into a trail and read nothing: one to each cell. */
export class Recorders {
  constructor(private readonly pools: ReadonlyMap<string, TenantPool>) {}

  /** Runs one statement that writes, in one round trip. @throws {WrongCellError} for a cell that is not there. */
  async write(cell: string, text: string, values: readonly unknown[]): Promise<void> {
    const pool = this.pools.get(cell);
    if (!pool) throw new WrongCellError();
    await pool.using(null, (connection) => connection.query(text, values));
  }

  /** Closes every connection. */
  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.end()));
  }
}
