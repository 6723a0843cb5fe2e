import { connect, createServer, type Server } from 'node:net';
import { copyDatabases, poolOn, type TestDatabases } from '#libs/testing';

// A server that greets and dies: what it says last comes in the packet that says it is ready (57P01, admin_shutdown).

let databases: TestDatabases;
let server: Server;
let url: string;

const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
const FIELDS = Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0');
const LAST_WORDS = Buffer.concat([Buffer.from('E'), lengthOf(FIELDS), FIELDS]);

function lengthOf(fields: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(fields.length + 4);
  return length;
}

beforeAll(async () => {
  databases = await copyDatabases();
  const target = new URL(databases.connections.cells[0]?.appUrl ?? '');
  target.search = ''; // without TLS, so that the messages of the server can be read on the way
  const [host, port] = [target.hostname, Number(target.port)];
  server = createServer((client) => {
    const upstream = connect({ port, host });
    client.on('data', (part) => upstream.write(part));
    upstream.on('data', (part: Buffer) => {
      const isReady = part.subarray(-READY.length).equals(READY);
      client.write(isReady ? Buffer.concat([part, LAST_WORDS]) : part);
      if (isReady) client.end();
    });
    client.on('close', () => upstream.destroy());
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  target.port = String((server.address() as { port: number }).port);
  target.hostname = '127.0.0.1';
  url = target.href;
});
afterAll(async () => {
  server.close();
  await databases.drop();
});

test('C a server process that dies as it greets costs an answer, and not the process', async () => {
  const pool = poolOn(databases.connections, 'eu-west-1', { url });
  await expect(pool.using(null, (connection) => connection.query('select 1'))).rejects.toMatchObject({
    code: 'database_unavailable',
  });
  await pool.end();
});
