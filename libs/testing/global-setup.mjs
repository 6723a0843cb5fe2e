// Starts one PostgreSQL for a run of tests and migrates the databases that every test file gets a copy of.
import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionsOn, EmbeddedServer, migrate, provision } from '#libs/database';

export const TEMPLATE = 'template';
export const CELLS = [
  { name: 'eu-west-1', region: 'eu-west-1' },
  { name: 'us-east-1', region: 'us-east-1' },
];

export default async function setUp() {
  const dataDirectory = join(tmpdir(), `bulkhead-test-${randomBytes(6).toString('hex')}`);
  await mkdir(dataDirectory, { mode: 0o755 });
  const bytes = randomBytes(32);
  const secret = createSecretKey(bytes);
  const server = await EmbeddedServer.start({ dataDirectory, port: 0, secret, durable: false });
  const connections = connectionsOn(server.adminUrl, { cells: CELLS }, secret, TEMPLATE);
  await provision(server.adminUrl.href, connections);
  await migrate(connections);
  globalThis.testServer = { server, dataDirectory };
  process.env.BULKHEAD_TEST_SERVER = JSON.stringify({
    adminUrl: server.adminUrl.href,
    secret: bytes.toString('base64'),
  });
}
