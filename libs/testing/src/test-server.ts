import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processVariables } from '#libs/context';
import {
  asOperator,
  type Connections,
  connectionsOn,
  createDatabase,
  type Databases,
  databaseName,
  EmbeddedServer,
  migrate,
  provision,
} from '#libs/database';

const CELLS = [
  { name: 'eu-west-1', region: 'eu-west-1' },
  { name: 'us-east-1', region: 'us-east-1' },
];
const TEMPLATE = 'template';
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Copies of the migrated databases: a directory and two cells, reached as in production. */
export interface TestDatabases {
  readonly connections: Connections;
  /** The server that they are on, which is not the application's to end. */
  readonly embedded: NonNullable<Databases['embedded']>;
  /** URL of the server's superuser, in the database of a target; for arranging what no role of ours may. */
  adminUrlOf(name: string): string;
  /** Drops the copies. */
  drop(): Promise<void>;
}

/** How another process reaches a test server: what {@link TestServer.handle} gives and {@link TestServer.from} takes. */
interface ServerHandle {
  readonly adminUrl: string;
  /** Base64. */
  readonly secret: string;
  /** Run in each copy of a cell, as the server's administrator: functions belong to roles that nobody signs in as. Default none. */
  readonly cellSql?: readonly string[];
}

/** A PostgreSQL of its own in a temporary folder, with migrated databases to copy. It promises no durability. */
export class TestServer {
  private constructor(
    private readonly adminUrl: string,
    private readonly secret: KeyObject,
    private readonly end: () => Promise<void>,
    private readonly again: (mode: 'fast' | 'immediate') => Promise<void> = async () => undefined,
    private readonly copiesSql: readonly string[] = [],
  ) {}

  /**
   * Starts a server and migrates the databases that are copied; takes about two seconds.
   *
   * @param options.cellSql run in every cell afterwards, as the server's administrator. Default none.
   * @param options.durable keeps what was committed when it is interrupted. Default false.
   */
  static async start({
    cellSql = [],
    durable = false,
  }: {
    readonly cellSql?: readonly string[];
    readonly durable?: boolean;
  } = {}): Promise<TestServer> {
    const { TEST_SERVER_URL: url, TEST_SERVER_SECRET: kept } = processVariables();
    if (url && kept) return TestServer.on(url, createSecretKey(kept, 'base64'), cellSql);
    const dataDirectory = join(tmpdir(), `bulkhead-test-${randomBytes(6).toString('hex')}`);
    await mkdir(dataDirectory, { mode: 0o755 });
    const secret = createSecretKey(randomBytes(32));
    let server = await EmbeddedServer.start({ dataDirectory, port: 0, secret, durable });
    const again = async (mode: 'fast' | 'immediate') => {
      await server.stop(mode);
      server = await EmbeddedServer.start({ dataDirectory, port: Number(server.adminUrl.port), secret, durable });
    };
    const end = async () => {
      for (const signal of SIGNALS) process.removeListener(signal, interrupted);
      await server.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    };
    // the server is a process of its own and would live on
    const interrupted = () => void end().finally(() => process.exit(130));
    for (const signal of SIGNALS) process.once(signal, interrupted);
    try {
      await makeTemplate(server.adminUrl, secret, cellSql);
    } catch (error) {
      await end();
      throw error;
    }
    return new TestServer(server.adminUrl.href, secret, end, again);
  }

  /**
   * On a server that somebody else started and that nothing else uses (`npm run check:server`): the databases that are copied are made
   * there again. Its roles are the server's, so every run uses one secret.
   */
  private static async on(url: string, secret: KeyObject, cellSql: readonly string[]): Promise<TestServer> {
    await asOperator(url, async (admin) => {
      for (const name of ['directory', ...CELLS.map((cell) => cell.name)])
        await admin.query(`drop database if exists ${databaseName(name, TEMPLATE)} with (force)`);
    });
    await makeTemplate(new URL(url), secret, cellSql);
    return new TestServer(url, secret, async () => undefined);
  }

  /** The server that the global set-up of this run of tests started. @throws {Error} where there is none. */
  static ofThisRun(): TestServer {
    const handle = processVariables()['BULKHEAD_TEST_SERVER'];
    if (!handle)
      throw new Error(
        'There is no test server. Run this file in the ring "integration" or "system" of jest.config.mjs.',
      );
    return TestServer.from(handle);
  }

  /** A server that another process started and will stop. */
  static from(handle: string): TestServer {
    const { adminUrl, secret, cellSql } = JSON.parse(handle) as ServerHandle;
    const nothing = async () => undefined;
    return new TestServer(adminUrl, createSecretKey(secret, 'base64'), nothing, nothing, cellSql);
  }

  /** A text by which another process reaches this server. */
  get handle(): string {
    const handle: ServerHandle = {
      adminUrl: this.adminUrl,
      secret: this.secret.export().toString('base64'),
      cellSql: this.copiesSql,
    };
    return JSON.stringify(handle);
  }

  /** Copies the migrated databases; takes some tens of milliseconds each. */
  async copyDatabases(): Promise<TestDatabases> {
    const { adminUrl } = this;
    const prefix = `t${randomBytes(4).toString('hex')}`;
    const connections = connectionsOn(new URL(adminUrl), { cells: CELLS }, this.secret, prefix);
    const targets = [connections.directory, ...connections.cells];
    const nameOf = (name: string) => databaseName(name, prefix);
    await asOperator(adminUrl, async (admin) => {
      for (const { kind, name } of targets) {
        const role = kind === 'directory' ? 'bulkhead_directory' : 'bulkhead_app';
        await createDatabase(admin, nameOf(name), role, databaseName(name, TEMPLATE));
      }
    });
    const adminUrlOf = (name: string) => {
      const url = new URL(adminUrl);
      url.pathname = `/${nameOf(name)}`;
      return url.href;
    };
    for (const { name } of this.copiesSql.length ? connections.cells : [])
      await asOperator(adminUrlOf(name), async (admin) => {
        for (const statement of this.copiesSql) await admin.query(statement);
      });
    return {
      connections,
      embedded: { foundRunning: true, stop: async () => undefined },
      adminUrlOf,
      drop: () =>
        asOperator(adminUrl, async (admin) => {
          for (const { name } of targets) await admin.query(`drop database if exists ${nameOf(name)} with (force)`);
        }),
    };
  }

  /** Ends the server in the middle of whatever it does and starts it again on the same port, recovering what it has to. */
  restart(mode: 'fast' | 'immediate'): Promise<void> {
    return this.again(mode);
  }

  /** Ends the server and removes its folder; does nothing for one that another process started. */
  stop(): Promise<void> {
    return this.end();
  }
}

/** Makes the migrated databases that are copied. @param cellSql run in every cell afterwards, as the server's administrator. */
async function makeTemplate(adminUrl: URL, secret: KeyObject, cellSql: readonly string[]): Promise<void> {
  const template = connectionsOn(adminUrl, { cells: CELLS }, secret, TEMPLATE);
  await provision(adminUrl.href, template);
  await migrate(template);
  for (const { name } of template.cells) {
    const url = new URL(adminUrl);
    url.pathname = `/${databaseName(name, TEMPLATE)}`;
    await asOperator(url.href, async (admin) => {
      for (const statement of cellSql) await admin.query(statement);
    });
  }
}

/** Copies the databases of this run of tests. */
export function copyDatabases(): Promise<TestDatabases> {
  return TestServer.ofThisRun().copyDatabases();
}
