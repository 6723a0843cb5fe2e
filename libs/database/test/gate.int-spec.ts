import { asOperator, type SignedContext, type TenantConnection, type TenantPool } from '#libs/database';
import { type BareAccount, copyDatabases, poolOn, type TestDatabases, twoBareAccounts } from '#libs/testing';
import pg from 'pg';
import Cursor from 'pg-cursor';

let databases: TestDatabases;
let acme: BareAccount;
let globex: BareAccount;
let pool: TenantPool;
const pools: TenantPool[] = [];

/** A pool of this test's own, closed at the end. */
function open(options: Parameters<typeof poolOn>[2] = {}): TenantPool {
  const opened = poolOn(databases.connections, 'eu-west-1', options);
  pools.push(opened);
  return opened;
}

beforeAll(async () => {
  databases = await copyDatabases();
  pool = open();
  ({ acme, globex } = await twoBareAccounts(pool));
});
afterAll(async () => {
  for (const opened of pools) await opened.end();
  await databases.drop();
});

const DOCUMENTS = 'select id from documents';
const ids = async (from: TenantPool, context: SignedContext | null) =>
  from.using(context, async (connection) =>
    (await connection.query<{ id: string }>(DOCUMENTS)).rows.map(({ id }) => id),
  );
const pidOf = (from: TenantPool) => from.using(null, async (connection) => connection.pid);
const setting = (name: string) =>
  pool.using(
    null,
    async (connection) =>
      (await connection.query<{ value: string }>('select current_setting($1, true) as value', [name])).rows[0]?.value,
  );

test('A26 the context of a connection is signed for its own backend and for ten seconds', async () => {
  const before = Date.now();
  const [row] = await pool.using(
    acme.context(),
    async (connection) =>
      (
        await connection.query<{ signature: string; pid: number }>(
          "select current_setting('app.context_signature') as signature, pg_backend_pid() as pid",
        )
      ).rows,
  );
  const [, , , expiry, pid] = row?.signature.split('.') ?? [];
  expect(Number(pid)).toBe(row?.pid);
  expect(Number(expiry) - before).toBeGreaterThanOrEqual(10_000);
  expect(Number(expiry) - Date.now()).toBeLessThanOrEqual(10_000);
});

describe('A13 B4 one connection, many borrowers', () => {
  test('A, then B, then nobody: each sees the own rows, and nobody sees none', async () => {
    const pid = await pidOf(pool);
    for (let round = 0; round < 3; round += 1) {
      expect(await ids(pool, acme.context())).toEqual([acme.documents[0]]);
      expect(await ids(pool, globex.context())).toEqual([globex.documents[0]]);
      expect(await ids(pool, null)).toEqual([]);
    }
    // it was one connection all along
    expect(await pidOf(pool)).toBe(pid);
  });

  test.each([
    ['a pool of one', { size: 1 }],
    ['a saturated pool of three', { size: 3 }],
    [
      'without named statements, as behind a transaction pooler',
      { size: 3, transactionPooler: true, nameStatements: false },
    ],
  ])('%s mixes nothing in 600 interleaved reads and commands', async (_, options) => {
    const busy = open(options);
    const accounts = [acme, globex];
    const seen = await Promise.all(
      Array.from({ length: 600 }, async (_unused, index) => {
        const account = accounts[index % 2] as BareAccount;
        const side = Math.floor(index / 2) % 2;
        const context = account.context(account.workspaces[side]);
        if (index % 5) return { expected: account.documents[side], found: await ids(busy, context) };
        const found = await busy.using(context, async (connection) => {
          await connection.query('start transaction');
          const { rows } = await connection.query<{ id: string }>('update documents set title = title returning id');
          await connection.query(index % 2 ? 'commit' : 'rollback');
          return rows.map(({ id }) => id);
        });
        return { expected: account.documents[side], found };
      }),
    );
    for (const { expected, found } of seen) expect(found).toEqual([expected]);
  });

  test('a borrower who comes late cannot speak in the name of the next one', async () => {
    const late = await pool.lend(acme.context());
    await late.query(DOCUMENTS);
    late.release();
    expect(() => late.query(DOCUMENTS)).toThrow('was released');
  });

  test('the pool has no query of its own', () => {
    expect('query' in pool).toBe(false);
  });

  test('a context is set before the first statement of a transaction, SAVEPOINT included, and after SET TRANSACTION', async () => {
    await pool.using(acme.context(), async (connection) => {
      await connection.query('start transaction');
      await connection.query('set transaction isolation level serializable');
      await connection.query('savepoint one');
      expect((await connection.query(DOCUMENTS)).rowCount).toBe(1);
      await connection.query('rollback to savepoint one');
      expect((await connection.query(DOCUMENTS)).rowCount).toBe(1);
      await connection.query('commit');
    });
  });
});

describe('A25 what SQL changes in a session ends with its borrower', () => {
  test.each([
    ['default_transaction_read_only', 'on', 'off'],
    ['statement_timeout', '1ms', '15s'],
    ['search_path', 'pg_catalog', 'public, pg_temp'],
    ['log_parameter_max_length_on_error', '-1', '0'],
  ])('%s, changed in a read and in a command', async (name, poison, value) => {
    const pid = await pidOf(pool);
    await pool.using(acme.context(), (connection) =>
      connection.query('select set_config($1, $2, false)', [name, poison]),
    );
    expect(await setting(name)).toBe(value);
    await pool.using(acme.context(), async (connection) => {
      await connection.query('start transaction');
      await connection.query('select set_config($1, $2, false)', [name, poison]);
      await connection.query('commit');
    });
    expect(await setting(name)).toBe(value);
    expect(await pidOf(pool)).toBe(pid);
  });

  test('the tenant settings themselves are empty for the next one', async () => {
    await ids(pool, acme.context());
    for (const name of ['app.current_account_id', 'app.context_signature']) expect(await setting(name)).toBe('');
  });
});

describe('what a connection is closed for, and what it is kept for', () => {
  const after = async (work: (connection: TenantConnection) => Promise<unknown>): Promise<'kept' | 'closed'> => {
    const pid = await pidOf(pool);
    await pool.using(acme.context(), async (connection) => work(connection).catch(() => undefined));
    return (await pidOf(pool)) === pid ? 'kept' : 'closed';
  };
  const inTransaction =
    (...texts: string[]) =>
    async (connection: TenantConnection) => {
      await connection.query('start transaction');
      try {
        for (const text of texts) await connection.query(text);
      } finally {
        await connection.query('rollback');
      }
    };

  test.each([
    [
      'kept',
      'a duplicate (23505)',
      inTransaction(`insert into workspaces (account_id, id, name) select account_id, id, 'again' from workspaces`),
    ],
    ['kept', 'a good transaction', inTransaction(DOCUMENTS)],
    ['closed', 'an unknown table (42P01)', (c: TenantConnection) => c.query('select * from nowhere')],
    ['closed', 'a refused privilege (42501)', (c: TenantConnection) => c.query('select * from app.context_keys')],
    [
      'closed',
      'a statement that timed out (57014)',
      inTransaction("set local statement_timeout = '20ms'", 'select pg_sleep(1)'),
    ],
    ['closed', 'a write in a read (25006)', (c: TenantConnection) => c.query("update documents set title = 'x'")],
    ['closed', 'a transaction left open', (c: TenantConnection) => c.query('start transaction')],
    [
      'closed',
      'values that cannot be sent',
      (c: TenantConnection) => c.query('select $1::int', ['x'.repeat(3), 'too many']),
    ],
  ] as const)('%s after %s', async (outcome, _, work) => {
    expect(await after(work as (connection: TenantConnection) => Promise<unknown>)).toBe(outcome);
    expect(await ids(pool, acme.context())).toEqual([acme.documents[0]]);
  });

  test('COMMIT of a failed transaction is an error, not a success', async () => {
    await pool.using(acme.context(), async (connection) => {
      await connection.query('start transaction');
      await connection.query('select 1 / 0').catch(() => undefined);
      await expect(connection.query('commit')).rejects.toMatchObject({ code: 'transaction_aborted' });
    });
  });

  test.each([
    '/* sly */ begin',
    '-- sly\nselect 1',
    'prepare steal as select 1',
    'listen everything',
    "do 'begin end'",
    "load 'auto_explain'",
    'declare c cursor with hold for select 1',
    'declare c cursor with/**/hold for select 1',
    ';listen everything',
    '; select 1',
    '',
    'discard all',
    'reset all',
    'truncate documents',
  ])('%s is not let through: what it makes would be there for the next borrower', async (text) => {
    await pool.using(acme.context(), async (connection) => {
      await connection.query('start transaction');
      await expect(connection.query(text)).rejects.toMatchObject({ code: 'gate_refused' });
      await connection.query('rollback');
    });
  });

  test('a value that cannot be sent leaves the transaction with its context', async () => {
    await pool.using(acme.context(), async (connection) => {
      await connection.query('start transaction');
      const circle: Record<string, unknown> = {};
      circle['self'] = circle;
      await expect(connection.query('select $1::jsonb', [circle])).rejects.toThrow();
      expect((await connection.query(DOCUMENTS)).rowCount).toBe(1);
      await connection.query('rollback');
    });
  });

  test('nothing is let through while a transaction ends', async () => {
    await pool.using(acme.context(), async (connection) => {
      await connection.query('start transaction');
      await connection.query(DOCUMENTS);
      const commit = connection.query('commit');
      await expect(connection.query(DOCUMENTS)).rejects.toMatchObject({ code: 'gate_refused' });
      await commit;
      expect((await connection.query(DOCUMENTS)).rowCount).toBe(1);
    });
  });

  test('a query object of the driver, which could stack statements, is not let through', async () => {
    await pool.using(acme.context(), async (connection) => {
      await connection.query('start transaction');
      expect(() => connection.query(new pg.Query('select 1; select 2') as never)).toThrow('Only cursors and streams');
      await connection.query('rollback');
    });
  });

  test('API-07 two statements in one text are refused, with and without parameters', async () => {
    for (const values of [undefined, [1]]) {
      await expect(pool.using(acme.context(), (c) => c.query('select 1; select 2', values))).rejects.toMatchObject({
        code: '42601',
      });
    }
  });
});

describe('cursors and COPY', () => {
  test('are refused outside a unit of work', async () => {
    await pool.using(acme.context(), async (connection) => {
      await expect(connection.query('copy documents to stdout')).rejects.toMatchObject({ code: 'gate_refused' });
      expect(() => connection.query(new Cursor(DOCUMENTS))).toThrow('inside a unit of work only');
    });
  });

  test('inside one, a cursor as the first statement sees the own rows', async () => {
    const rows = await pool.using(acme.context(), async (connection) => {
      await connection.query('start transaction');
      const cursor = connection.query(new Cursor<{ id: string }>(DOCUMENTS));
      const read = await cursor.read(10);
      await cursor.close();
      await connection.query('commit');
      return read;
    });
    expect(rows).toEqual([{ id: acme.documents[0] }]);
  });
});

describe('a server that goes away', () => {
  const terminate = (pid: number) =>
    asOperator(databases.adminUrlOf('eu-west-1'), (admin) =>
      admin.query('select pg_terminate_backend($1, 5000)', [pid]),
    );

  test('a backend killed while idle is replaced', async () => {
    await terminate(await pidOf(pool));
    expect(await ids(pool, acme.context())).toEqual([acme.documents[0]]);
  });

  test('a backend killed while busy fails its statement alone', async () => {
    await pool.using(acme.context(), async (connection) => {
      await connection.query('start transaction');
      const sleeping = connection.query('select pg_sleep(10)');
      const failed = expect(sleeping).rejects.toThrow();
      await terminate(connection.pid);
      await failed;
    });
    expect(await ids(pool, acme.context())).toEqual([acme.documents[0]]);
  });

  test('a pool without a free connection answers 503 in time, and goes on afterwards', async () => {
    const small = open({ size: 1, patience: 100 });
    const held = await small.lend(acme.context());
    await expect(ids(small, acme.context())).rejects.toMatchObject({ code: 'database_busy', status: 503 });
    held.release();
    expect(await ids(small, acme.context())).toEqual([acme.documents[0]]);
  });

  test('a server that is not there is 503', async () => {
    const nowhere = open({ url: 'postgresql://bulkhead_app:x@127.0.0.1:1/x' });
    await expect(ids(nowhere, acme.context())).rejects.toMatchObject({ code: 'database_unavailable', status: 503 });
  });
});
