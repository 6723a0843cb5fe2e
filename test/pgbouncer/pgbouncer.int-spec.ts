import type { TenantPool } from '#libs/database';
import { type BareAccount, copyDatabases, PgBouncer, poolOn, type TestDatabases, twoBareAccounts } from '#libs/testing';

// Needs pgbouncer on the machine (Debian: apt-get install pgbouncer), so it is a command of its own: npm run check:pgbouncer

let databases: TestDatabases;
let pooler: PgBouncer;
let url: string;
let acme: BareAccount;
let globex: BareAccount;
const pools: TenantPool[] = [];

function open(options: Parameters<typeof poolOn>[2]): TenantPool {
  const pool = poolOn(databases.connections, 'eu-west-1', { ...options, url });
  pools.push(pool);
  return pool;
}

beforeAll(async () => {
  databases = await copyDatabases();
  const direct = poolOn(databases.connections);
  pools.push(direct);
  ({ acme, globex } = await twoBareAccounts(direct));
  const target = databases.connections.cells[0]?.appUrl ?? '';
  pooler = await PgBouncer.start(new URL(target));
  url = pooler.through(target);
});

afterAll(async () => {
  for (const pool of pools) await pool.end();
  pooler?.stop();
  await databases.drop();
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
