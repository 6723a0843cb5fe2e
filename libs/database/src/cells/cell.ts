import type { RequestContext } from '#libs/context';
import { DataSource, type EntitySchema, type MixedList } from 'typeorm';
import type { SignedContext } from '../gate/context-signature.js';
import { type PoolOptions, TenantPool } from '../gate/tenant-pool.js';
import { WrongCellError } from './cells.errors.js';

/** Entity classes or schemas, as TypeORM takes them. */
export type Entities = MixedList<(new (...values: never[]) => object) | EntitySchema>;

/** One Postgres database that holds the accounts of one region, shared by many accounts or dedicated to one. */
export class Cell {
  private constructor(
    readonly name: string,
    readonly region: string,
    /** Connections beneath everything, TypeORM included. */
    readonly pool: TenantPool,
    /** TypeORM on this cell's pool; used by units of work. */
    readonly dataSource: DataSource,
  ) {}

  /** Connects to a cell and prepares TypeORM on it. */
  static async open(
    settings: { readonly name: string; readonly region: string },
    options: PoolOptions,
    entities: Entities,
    currentContext: () => RequestContext | undefined,
  ): Promise<Cell> {
    const pool = new TenantPool(options);
    let opened = false;
    const lendCurrent = () => {
      const context = currentContext();
      // TypeORM asks for the server's version before any request exists
      if (!context && !opened) return pool.lend(null);
      return pool.lend(signedContextFor(context, settings.name));
    };
    const dataSource = new DataSource({
      type: 'postgres',
      driver: { Pool: typeOrmPool(pool, lendCurrent) },
      entities: entities as never,
      synchronize: false,
      migrationsRun: false,
      installExtensions: false,
      uuidExtension: 'pgcrypto',
      logging: false,
    });
    await dataSource.initialize();
    opened = true;
    return new Cell(settings.name, settings.region, pool, dataSource);
  }

  /** Closes every connection. */
  async close(): Promise<void> {
    await this.dataSource.destroy();
  }
}

/**
 * What is signed of a request context.
 *
 * @throws {WrongCellError} where the account of the context lives in another cell.
 */
export function signedContextFor(context: RequestContext | undefined, cell: string): SignedContext {
  if (!context?.account || context.account.cell !== cell) throw new WrongCellError();
  return {
    accountId: context.account.id,
    workspaceId: context.workspaceId ?? '',
    userId: context.userId ?? '',
    capability: context.actor.kind,
  };
}

/** The shape in which TypeORM takes a pool: a class whose `connect` calls back. It lends for the current context. */
function typeOrmPool(pool: TenantPool, lendCurrent: () => ReturnType<TenantPool['lend']>) {
  return class {
    connect(done: (error: unknown, connection?: unknown, release?: (error?: unknown) => void) => void): void {
      lendCurrent().then(
        (connection) => done(null, connection, (error) => connection.release(error)),
        (error) => done(error),
      );
    }
    on(): void {
      // errors of idle connections are the pool's own affair
    }
    end(done: (error?: unknown) => void): void {
      pool.end().then(() => done(), done);
    }
  };
}
