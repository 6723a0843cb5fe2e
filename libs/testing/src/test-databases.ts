import { createSecretKey, randomBytes } from 'node:crypto';
import { processVariables } from '#libs/context';
import { asOperator, type Connections, connectionsOn, createDatabase, databaseName } from '#libs/database';

const CELLS = [
  { name: 'eu-west-1', region: 'eu-west-1' },
  { name: 'us-east-1', region: 'us-east-1' },
];

/** Copies of the migrated databases, for one test file: a directory and two cells, reached as in production. */
export interface TestDatabases {
  readonly connections: Connections;
  /** URL of the server's superuser, in the database of a target; for arranging what no role of ours may. */
  adminUrlOf(name: string): string;
  /** Drops the copies. */
  drop(): Promise<void>;
}

/** Copies the migrated databases; takes some tens of milliseconds each. */
export async function copyDatabases(): Promise<TestDatabases> {
  const server = JSON.parse(processVariables()['BULKHEAD_TEST_SERVER'] ?? 'null') as {
    adminUrl: string;
    secret: string;
  } | null;
  if (!server)
    throw new Error('There is no test server. Run this file in the ring "integration" or "system" of jest.config.mjs.');
  const prefix = `t${randomBytes(4).toString('hex')}`;
  const connections = connectionsOn(
    new URL(server.adminUrl),
    { cells: CELLS },
    createSecretKey(server.secret, 'base64'),
    prefix,
  );
  const targets = [connections.directory, ...connections.cells];
  const nameOf = (name: string) => databaseName(name, prefix);
  await asOperator(server.adminUrl, async (admin) => {
    for (const { kind, name } of targets) {
      const role = kind === 'directory' ? 'bulkhead_directory' : 'bulkhead_app';
      await createDatabase(admin, nameOf(name), role, databaseName(name, 'template'));
    }
  });
  return {
    connections,
    adminUrlOf: (name) => {
      const url = new URL(server.adminUrl);
      url.pathname = `/${nameOf(name)}`;
      return url.href;
    },
    drop: () =>
      asOperator(server.adminUrl, async (admin) => {
        for (const { name } of targets) await admin.query(`drop database if exists ${nameOf(name)} with (force)`);
      }),
  };
}
