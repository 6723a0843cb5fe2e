import type { QueryResultRow } from 'pg';
import type { TenantConnection } from '../gate/tenant-connection.js';
import type { TenantPool } from '../gate/tenant-pool.js';
import { translateDatabaseError } from '../sqlstate.errors.js';

/** A call of a function of the directory: its name in schema `app`, and its arguments. */
export type DirectoryCall = readonly [name: string, ...values: unknown[]];

/**
 * The connection to the directory. The application may call its functions there and nothing else: it has no privilege on
 * any table (`migrations/directory`).
 */
export class Directory {
  constructor(private readonly pool: TenantPool) {}

  /**
   * Calls a function of the directory and returns its rows; a function without table gives one row with its value.
   *
   * @param name a function in schema `app`, for example `find_credential`.
   */
  async call<Row extends QueryResultRow>(name: string, ...values: readonly unknown[]): Promise<Row[]> {
    return this.using(async (connection) => (await connection.query<Row>(callOf(name, values.length), values)).rows);
  }

  /** Several calls in one transaction: all of them count, or none. */
  async callAll(calls: readonly DirectoryCall[]): Promise<void> {
    await this.inTransaction(async (call) => {
      for (const one of calls) await call(one);
    });
  }

  /** Calls that depend on each other, in one transaction: all of them count, or, where `work` throws, none. */
  inTransaction<T>(work: (call: (call: DirectoryCall) => Promise<QueryResultRow[]>) => Promise<T>): Promise<T> {
    return this.using(async (connection) => {
      await connection.query('begin');
      const done = await work(
        async ([name, ...values]) => (await connection.query(callOf(name, values.length), values)).rows,
      );
      await connection.query('commit');
      return done;
    });
  }

  private async using<T>(work: (connection: TenantConnection) => Promise<T>): Promise<T> {
    try {
      return await this.pool.using(null, work);
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }

  /** Closes every connection. */
  close(): Promise<void> {
    return this.pool.end();
  }
}

/** The connection to the directory as the worker, who may call what the application may not. */
export class WorkerDirectory extends Directory {}

function callOf(name: string, parameters: number): string {
  if (!/^[a-z_]+$/.test(name)) throw new TypeError(`${name} is no name of a function of the directory.`);
  return `select * from app.${name}(${Array.from({ length: parameters }, (_, index) => `$${index + 1}`).join(', ')})`;
}
