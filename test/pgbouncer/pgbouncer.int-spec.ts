import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFree, type TenantPool } from '#libs/database';
import { type BareAccount, copyDatabases, poolOn, type TestDatabases, twoBareAccounts } from '#libs/testing';

// Needs pgbouncer on the machine (Debian: apt-get install pgbouncer), so it is a command of its own: npm run check:pgbouncer

let databases: TestDatabases;
let pooler: ChildProcess;
let url: string;
let acme: BareAccount;
let globex: BareAccount;
const folder = join(tmpdir(), `bulkhead-pgbouncer-${process.pid}`);
const pools: TenantPool[] = [];

function open(options: Parameters<typeof poolOn>[2]): TenantPool {
  const pool = poolOn(databases.connections, 'eu-west-1', { ...options, url });
  pools.push(pool);
  return pool;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

beforeAll(async () => {
  databases = await copyDatabases();
  const direct = poolOn(databases.connections);
  pools.push(direct);
  ({ acme, globex } = await twoBareAccounts(direct));

  const target = new URL(databases.connections.cells[0]?.appUrl ?? '');
  const port = await freePort();
  mkdirSync(folder);
  writeFileSync(join(folder, 'users.txt'), `"${target.username}" "${target.password}"\n`);
  writeFileSync(
    join(folder, 'pgbouncer.ini'),
    `[databases]
* = host=127.0.0.1 port=${target.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${folder}/users.txt
pool_mode = transaction
default_pool_size = 3
`,
  );
  // pgbouncer does not run as root
  const root = process.getuid?.() === 0;
  const [, , uid, gid] =
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((line) => line.startsWith('nobody:'))
      ?.split(':') ?? [];
  for (const path of [folder, join(folder, 'users.txt'), join(folder, 'pgbouncer.ini')]) {
    if (root) chownSync(path, Number(uid), Number(gid));
    else chmodSync(path, 0o700);
  }
  pooler = spawn('pgbouncer', ['-q', ...(root ? ['-u', 'nobody'] : []), join(folder, 'pgbouncer.ini')], {
    stdio: 'inherit',
  });
  await new Promise((resolve, reject) => {
    pooler.once('spawn', resolve);
    pooler.once('error', () =>
      reject(new Error('There is no pgbouncer on this machine. Debian: apt-get install pgbouncer')),
    );
  });
  for (let waited = 0; waited < 5_000 && (await isFree(port)); waited += 50) await sleep(50);
  target.port = String(port);
  url = target.href;
});

afterAll(async () => {
  for (const pool of pools) await pool.end();
  pooler?.kill('SIGINT');
  await databases.drop();
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  ['off, for every release', false],
  // before 1.21 pgbouncer loses them, which fails loudly: that is what the switch is for
  ['on, for release 1.21 and newer', true],
])(
  'A13 through pgbouncer in transaction mode, named statements %s, 1 000 reads and commands mix nothing',
  async (_, nameStatements) => {
    const pool = open({ size: 8, transactionPooler: true, nameStatements });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 1_000 }, async (_unused, index) => {
        const account = index % 2 ? acme : globex;
        const side = Math.floor(index / 2) % 2;
        const rows = await pool.using(account.context(account.workspaces[side]), async (connection) => {
          if (index % 5) return (await connection.query<{ id: string }>('select id from documents')).rows;
          await connection.query('start transaction');
          const changed = await connection.query<{ id: string }>('update documents set title = title returning id');
          await connection.query('commit');
          return changed.rows;
        });
        return { seen: rows.map(({ id }) => id), expected: [account.documents[side]] };
      }),
    );
    const answers = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    for (const { seen, expected } of answers) expect(seen).toEqual(expected);
    if (!nameStatements) expect(answers).toHaveLength(1_000);
  },
);

test('A13 without a context nothing is seen, and a context bound to a backend is refused on another', async () => {
  const free = open({ size: 2, transactionPooler: true, nameStatements: false });
  expect(await free.using(null, async (c) => (await c.query('select 1 from documents')).rows)).toEqual([]);
  // not told of the pooler: the pid that pgbouncer gives out is not the backend's
  const bound = open({ size: 2, transactionPooler: false, nameStatements: false });
  await expect(bound.using(acme.context(), (c) => c.query('select 1 from documents'))).rejects.toMatchObject({
    code: '42501',
    message: 'context_rejected',
  });
});
