import pg from 'pg';
import { GateRefusedError, DatabaseBusyError, DatabaseUnavailableError } from './gate.errors.js';
import type { SignedContext } from './context-signature.js';
import { PipelineClient } from './pipelined-query.js';
import { type GateOptions, TenantConnection } from './tenant-connection.js';

type LentClient = PipelineClient & { release(discard?: boolean): void };

/** How a pool reaches its database. */
export interface PoolOptions extends GateOptions {
  readonly url: string;
  /** Most connections at once. */
  readonly size: number;
  /** Milliseconds to wait for a connection before {@link DatabaseBusyError}; default 5 000. */
  readonly patience?: number;
  /** Called with the seconds that a caller waited, each time a connection is lent; not called when the wait fails. */
  readonly onLent?: (seconds: number) => void;
  /** Told when an idle connection dies; the pool replaces it by itself. */
  readonly onIdleError?: (error: Error) => void;
}

/**
 * The connections to one database. They are lent for one context each; there is no `query` on the pool, because a queued
 * callback would run in the context of whoever released the connection.
 */
export class TenantPool {
  private readonly pool: pg.Pool;

  constructor(private readonly options: PoolOptions) {
    this.pool = new pg.Pool({
      connectionString: options.url,
      max: options.size,
      connectionTimeoutMillis: options.patience ?? 5_000,
      idleTimeoutMillis: 60_000,
      // beyond the server's own statement_timeout: for a server that does not answer at all
      query_timeout: 25_000,
      application_name: 'bulkhead',
      Client: PipelineClient as never,
    });
    // without a listener a backend that dies idle would end the process
    this.pool.on('error', (error) => options.onIdleError?.(error));
  }

  /** Connections lent, idle and waited for; for health and for tests. */
  get load(): { readonly total: number; readonly idle: number; readonly waiting: number } {
    return { total: this.pool.totalCount, idle: this.pool.idleCount, waiting: this.pool.waitingCount };
  }

  /**
   * Lends a connection for a context, which is fixed now, before any waiting.
   *
   * @throws {DatabaseBusyError} where none becomes free in time.
   * @throws {DatabaseUnavailableError} where the server cannot be reached.
   */
  async lend(context: SignedContext | null): Promise<TenantConnection> {
    if (context && !this.options.key)
      throw new GateRefusedError('This pool leads to the directory, which knows no tenant.');
    // a client that is lent out and loses its server emits an error of its own, beside that of the statement
    const onError = (error: Error) => this.options.onIdleError?.(error);
    const asked = performance.now();
    const client = await this.connect(onError);
    this.options.onLent?.((performance.now() - asked) / 1_000);
    return new TenantConnection(client, context, this.options, (discard) => {
      client.removeListener('error', onError);
      client.release(discard);
    });
  }

  /** Lends a connection for the time of `work`, and takes it back whatever happens. */
  async using<T>(context: SignedContext | null, work: (connection: TenantConnection) => Promise<T>): Promise<T> {
    const connection = await this.lend(context);
    try {
      return await work(connection);
    } finally {
      connection.release();
    }
  }

  /** Waits for what is lent out and closes every connection. */
  end(): Promise<void> {
    return this.pool.end();
  }

  private connect(onError: (error: Error) => void): Promise<LentClient> {
    return new Promise((resolve, reject) => {
      // not as a promise: the pool has taken its own listener away, and the server's last words can be in the same packet
      this.pool.connect((cause, client) => {
        if (client) {
          client.on('error', onError);
          resolve(client as unknown as LentClient);
        } else if (cause?.message.startsWith('timeout exceeded')) reject(new DatabaseBusyError({ cause }));
        else reject(new DatabaseUnavailableError({ cause }));
      });
    });
  }
}
