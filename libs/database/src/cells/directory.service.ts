import type { TenantConnection } from '../gate/tenant-connection.js';
import type { TenantPool } from '../gate/tenant-pool.js';
import type { DirectoryFunctions } from '../schema/directory-functions.gen.js';
import { translateDatabaseError } from '../sqlstate.errors.js';

/** The name of a function of the directory, in its schema `app`. */
export type DirectoryFunction = keyof DirectoryFunctions;

/**
 * A call of a function of the directory: its name, and its arguments by name in camelCase. Columns of an answer are named as in SQL. Which
 * role may call which function is the database's to refuse: the operator and the worker call more than the application.
 */
export type DirectoryCall<Name extends DirectoryFunction = DirectoryFunction> = {
  readonly [One in Name]: CallOf<One>;
}[Name];

/** What a function of the directory returns: rows, one value, or nothing. */
export type DirectoryAnswer<Name extends DirectoryFunction> = DirectoryFunctions[Name]['returns'];

/** One row of what a function of the directory returns. */
export type DirectoryRow<Name extends DirectoryFunction> =
  DirectoryAnswer<Name> extends readonly (infer Row)[] ? Row : never;

/** A {@link DirectoryCall} whose function is inferred. */
export type CallOf<Name extends DirectoryFunction> = readonly [name: Name, ...values: ArgumentsOf<Name>];

type ArgumentsOf<Name extends DirectoryFunction> = Name extends DirectoryFunction
  ? DirectoryFunctions[Name]['takes'] extends Readonly<Record<string, never>>
    ? readonly []
    : readonly [values: Readonly<DirectoryFunctions[Name]['takes']>]
  : never;

type Call = <Name extends DirectoryFunction>(call: CallOf<Name>) => Promise<DirectoryAnswer<Name>>;

/**
 * The connection to the directory. The application may call its functions there and nothing else: it has no privilege on
 * any table (`migrations/directory`).
 */
export class Directory {
  constructor(private readonly pool: TenantPool) {}

  /**
   * Calls a function of the directory.
   *
   * ```ts
   * const [user] = await directory.call('find_user', { wantedId });
   * ```
   */
  call<Name extends DirectoryFunction>(...call: CallOf<Name>): Promise<DirectoryAnswer<Name>> {
    return this.using((connection) => callOn(connection, call));
  }

  /** Several calls in one transaction: all of them count, or none. */
  async callAll(calls: readonly DirectoryCall[]): Promise<void> {
    await this.inTransaction(async (call) => {
      for (const one of calls) await call(one);
    });
  }

  /** Calls that depend on each other, in one transaction: all of them count, or, where `work` throws, none. */
  inTransaction<T>(work: (call: Call) => Promise<T>): Promise<T> {
    return this.using(async (connection) => {
      await connection.query('begin');
      const done = await work((call) => callOn(connection, call));
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

async function callOn<Name extends DirectoryFunction>(
  connection: TenantConnection,
  call: CallOf<Name>,
): Promise<DirectoryAnswer<Name>> {
  const { 0: name, 1: values = {} } = call as { readonly 0: string; readonly 1?: object };
  const names = Object.keys(values);
  // PostgreSQL matches arguments by name
  const list = names.map((argument, index) => `${snakeCase(argument)} => $${index + 1}`).join(', ');
  const { rows } = await connection.query(`select * from app.${word(name)}(${list})`, Object.values(values));
  const [row] = rows;
  // PostgreSQL names the column of a function that returns one value after the function
  return (row && name in row ? row[name] : rows) as DirectoryAnswer<Name>;
}

function snakeCase(name: string): string {
  return word(name.replace(/[A-Z0-9]+/g, (letter) => `_${letter.toLowerCase()}`));
}

function word(name: string): string {
  if (!/^[a-z_0-9]+$/.test(name)) throw new TypeError(`${name} is no name of the directory.`);
  return name;
}
