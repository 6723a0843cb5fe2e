import { type SignedContext, signContext, type TenantConnection, type TenantPool } from '#libs/database';
import { asOperator, contextKey } from '#libs/database';
import { type BareAccount, copyDatabases, poolOn, type TestDatabases, twoBareAccounts } from '#libs/testing';

// SQL that an attacker got into the application's own connection, as the application's role (docs/threats.md, A).

let databases: TestDatabases;
let pool: TenantPool;
let acme: BareAccount;
let globex: BareAccount;

beforeAll(async () => {
  databases = await copyDatabases();
  pool = poolOn(databases.connections);
  ({ acme, globex } = await twoBareAccounts(pool));
});
afterAll(async () => {
  await pool.end();
  await databases.drop();
});

/** A pool with room for two borrowers at once, made when it is first asked for. */
function poolOfTwo(): () => TenantPool {
  let opened: TenantPool | undefined;
  afterAll(() => opened?.end());
  return () => {
    opened ??= poolOn(databases.connections, 'eu-west-1', { size: 2 });
    return opened;
  };
}

async function rows(context: SignedContext | null, text: string, ...values: unknown[]) {
  return pool.using(
    context,
    async (connection) => (await connection.query<Record<string, unknown>>(text, values)).rows,
  );
}

async function inTransaction<T>(
  context: SignedContext | null,
  work: (connection: TenantConnection) => Promise<T>,
): Promise<T> {
  return pool.using(context, async (connection) => {
    await connection.query('start transaction');
    const result = await work(connection);
    await connection.query('commit');
    return result;
  });
}

const written = (context: SignedContext, text: string, ...values: unknown[]) =>
  inTransaction(context, async (connection) => (await connection.query(text, values)).rowCount);

describe('ISO-02 row-level security, as the application role with SQL of the attacker’s choice', () => {
  test('every table of the catalog shows the own rows, no foreign row, and none without context', async () => {
    const found = await rows(null, 'select name::text from app.tenant_tables order by 1');
    const tables = found.map(({ name }) => String(name));
    const filled: string[] = [];
    for (const table of tables) {
      const foreign = await rows(globex.context(), `select account_id from ${table}`);
      const own = await rows(acme.context(), `select account_id from ${table}`);
      expect(own.every((row) => row['account_id'] === acme.id)).toBe(true);
      expect(await rows(acme.context(), `select 1 from ${table} where account_id = $1`, globex.id)).toEqual([]);
      expect(await rows(null, `select 1 from ${table}`)).toEqual([]);
      if (own.length && foreign.length) filled.push(table);
    }
    // the control: where both accounts have rows, each has seen its own
    expect(filled).toEqual(expect.arrayContaining(['accounts', 'members', 'workspaces', 'datasets', 'documents']));
  });

  test('updates, deletes and moves of foreign rows touch none; the owner’s touch one', async () => {
    const rename = 'update documents set title = $1 where id = $2';
    expect(await written(acme.context(), rename, 'mine', globex.documents[0])).toBe(0);
    expect(await written(globex.context(), rename, 'Quarterly plan', globex.documents[0])).toBe(1);
    expect(await written(acme.context(), 'update members set name = $1', 'Somebody')).toBe(1);
    expect(await rows(globex.context(), 'select name from members')).toEqual([{ name: 'Owner of Globex' }]);
  });

  test('inserts into a foreign account are refused with 42501, with and without RETURNING', async () => {
    const insert = 'insert into datasets (account_id, workspace_id, id, name) values ($1, $2, gen_random_uuid(), $3)';
    const values = [globex.id, globex.workspaces[0], 'planted'];
    await expect(written(acme.context(), insert, ...values)).rejects.toMatchObject({ code: '42501' });
    await expect(written(acme.context(), `${insert} returning id`, ...values)).rejects.toMatchObject({ code: '42501' });
    expect(await written(globex.context(), insert, ...values)).toBe(1);
  });

  test('moving a row into another account is refused with 42501', async () => {
    await expect(
      written(acme.context(), 'update documents set account_id = $1 where id = $2', globex.id, acme.documents[0]),
    ).rejects.toMatchObject({ code: '42501' });
  });

  test('a merge reaches no foreign row', async () => {
    const merge = `merge into documents d using (select $1::uuid as id) s on d.id = s.id when matched then update set title = 'merged'`;
    expect(await written(acme.context(), merge, globex.documents[0])).toBe(0);
    expect(await written(globex.context(), merge.replace('merged', 'Quarterly plan'), globex.documents[0])).toBe(1);
  });

  test('ISO-09 two workspaces of one account are as separate as two accounts', async () => {
    const [first, second] = acme.workspaces;
    const seen = (workspace: string) => rows(acme.context(workspace), 'select id from documents');
    expect(await seen(first)).toEqual([{ id: acme.documents[0] }]);
    expect(await seen(second)).toEqual([{ id: acme.documents[1] }]);
    expect(await seen('')).toEqual([]);
    await expect(
      written(
        acme.context(first),
        'insert into datasets (account_id, workspace_id, id, name) values ($1, $2, gen_random_uuid(), $3)',
        acme.id,
        second,
        'x',
      ),
    ).rejects.toMatchObject({ code: '42501' });
  });

  test('row_security = off does not open a table: it raises 42501', async () => {
    await inTransaction(acme.context(), async (connection) => {
      await connection.query('savepoint before');
      await connection.query("select set_config('row_security', 'off', true)");
      await expect(connection.query('select 1 from documents')).rejects.toMatchObject({ code: '42501' });
      await connection.query('rollback to savepoint before');
      expect((await connection.query('select 1 from documents')).rowCount).toBe(1);
    });
  });
});

describe('ISO-06 a context cannot be forged, prolonged, or carried elsewhere', () => {
  const key = () => contextKey(databases.connections.secret, 'eu-west-1');

  async function withSignature(make: (connection: TenantConnection) => string, account = acme.id): Promise<unknown[]> {
    return inTransaction(null, async (connection) => {
      const { workspaceId } = acme.context();
      await connection.query(
        "select set_config('app.current_account_id', $1, true), set_config('app.current_workspace_id', $2, true), set_config('app.context_signature', $3, true)",
        [account, workspaceId, make(connection)],
      );
      return (await connection.query('select id from documents')).rows;
    });
  }

  test('a signature of our own key is accepted (the control)', async () => {
    const good = await withSignature((connection) => signContext(key(), acme.context(), connection.pid, Date.now()));
    expect(good).toEqual([{ id: acme.documents[0] }]);
  });

  test.each([
    [
      'forged',
      (c: TenantConnection) =>
        signContext({ ...key(), key: databases.connections.secret }, acme.context(), c.pid, Date.now()),
    ],
    ['signed for another account', (c: TenantConnection) => signContext(key(), globex.context(), c.pid, Date.now())],
    ['expired', (c: TenantConnection) => signContext(key(), acme.context(), c.pid, Date.now() - 11_000)],
    ['another backend’s', (c: TenantConnection) => signContext(key(), acme.context(), c.pid + 1, Date.now())],
    [
      'of an unknown key',
      (c: TenantConnection) => signContext({ ...key(), id: 'k9' }, acme.context(), c.pid, Date.now()),
    ],
    [
      'of another cell',
      (c: TenantConnection) =>
        signContext(contextKey(databases.connections.secret, 'us-east-1'), acme.context(), c.pid, Date.now()),
    ],
    ['absent', () => ''],
    ['nonsense', () => 'v1.k1.job.1'],
    [
      'of shifted fields',
      (c: TenantConnection) => signContext(key(), { ...acme.context(), accountId: `${acme.id}|` }, c.pid, Date.now()),
    ],
  ])('a context %s is refused with 42501 context_rejected, never answered with an empty list', async (_, make) => {
    await expect(withSignature(make)).rejects.toMatchObject({ code: '42501', message: 'context_rejected' });
  });

  // The forms in which a set_config can be injected into a statement of the application's.
  const INJECTIONS: readonly (readonly [string, string])[] = [
    ['the select list', 'select d.id, set_config($s, $1, true) from documents d'],
    [
      'a condition',
      'select id from documents where account_id = $2::uuid or (select set_config($s, $1, true)) is not null',
    ],
    [
      'a lateral rescan',
      'select d.id from generate_series(1, 3) g(i), lateral (select set_config($s, $1, true), g.i offset 0) s, lateral (select id from documents where g.i > 0) d',
    ],
    ['a union', 'select set_config($s, $1, true)::uuid as id union all select id from documents'],
    ['a join', 'select d.id from (select set_config($s, $1, true) as v) s join documents d on s.v is not null'],
    [
      'a materialised expression',
      'with s as materialized (select set_config($s, $1, true) as v) select d.id from s, documents d',
    ],
  ];
  const SETTINGS = ['app.current_account_id', 'app.current_workspace_id'] as const;
  const PLANS = ['enable_seqscan', 'enable_indexscan'];
  const CASES = INJECTIONS.flatMap(([form, text]) =>
    SETTINGS.flatMap((setting) => PLANS.map((plan) => [form, setting, plan, text] as const)),
  );

  async function inject(text: string, setting: string, plan: string, value: string): Promise<string[]> {
    const statement = text.replaceAll('$s', `'${setting}'`);
    const values = statement.includes('$2') ? [value, acme.id] : [value];
    const found = await inTransaction(acme.context(), async (connection) => {
      await connection.query(`set local ${plan} = off`);
      return (await connection.query<{ id: string }>(statement, values)).rows;
    });
    return found.map(({ id }) => id);
  }

  test.each(CASES)('set_config in %s of %s, with %s off, brings no foreign row', async (_form, setting, plan, text) => {
    const [own, foreign] = setting === 'app.current_account_id' ? [acme.id, globex.id] : acme.workspaces;
    // the control: with the own value the same statement returns the own row
    expect(await inject(text, setting, plan, own)).toContain(acme.documents[0]);
    const seen = await inject(text, setting, plan, foreign).catch((error) => {
      expect(error).toMatchObject({ code: '42501', message: 'context_rejected' });
      return [];
    });
    for (const document of [...globex.documents, acme.documents[1]]) expect(seen).not.toContain(document);
  });

  test('A14 two statements: an injected set_config leaves nothing for the next one', async () => {
    await rows(acme.context(), "select set_config('app.current_account_id', $1, false)", globex.id).catch(
      () => undefined,
    );
    expect(await rows(null, 'select 1 from documents')).toEqual([]);
    expect(await rows(acme.context(), 'select id from documents')).toEqual([{ id: acme.documents[0] }]);
  });

  test('a read runs read-only: what is injected into it writes nothing, not even in the own account', async () => {
    const injected = "with w as (update documents set title = 'injected' returning 1) select * from w";
    await expect(rows(acme.context(), injected)).rejects.toMatchObject({ code: '25006' });
    await expect(
      rows(acme.context(), "select set_config('transaction_read_only', 'off', true), (select count(*) from documents)"),
    ).rejects.toMatchObject({ code: '25001' });
  });
});

describe('what a tenant could leave behind, or learn, in the database', () => {
  /** As the application's role with a connection of the attacker's own, without the gate. */
  const bare = (text: string) =>
    asOperator(databases.connections.cells[0]?.appUrl ?? '', async (client) => (await client.query(text)).rows);

  test('A6 nobody makes a temporary table that would shadow a real one', async () => {
    await expect(bare('create temporary table documents (id uuid)')).rejects.toMatchObject({ code: '42501' });
  });

  test('A8 a unique value of another account is no conflict: the same insert works in both', async () => {
    const insert = `insert into members (account_id, id, user_id, name, email, role) values ($1, $2, $3, 'Same', 'same@example.com', 'viewer')
      on conflict (account_id, user_id) do update set name = 'taken' returning name`;
    const person = crypto.randomUUID();
    const add = (account: BareAccount) =>
      inTransaction(
        account.context(''),
        async (c) => (await c.query(insert, [account.id, crypto.randomUUID(), person])).rows,
      );
    expect(await add(acme)).toEqual([{ name: 'Same' }]);
    expect(await add(globex)).toEqual([{ name: 'Same' }]);
    expect(await add(globex)).toEqual([{ name: 'taken' }]);
  });

  test('A7 a reference to a foreign row fails exactly like one to a missing row', async () => {
    const insert =
      'insert into documents (account_id, workspace_id, id, dataset_id, title) values ($1, $2, gen_random_uuid(), $3, $4)';
    const refer = async (datasetId: string) => {
      const error = await written(acme.context(), insert, acme.id, acme.workspaces[0], datasetId, 'x').catch(
        (reason) => reason,
      );
      return {
        code: error.code,
        constraint: error.constraint,
        detail: String(error.detail).replace(datasetId, '<id>'),
      };
    };
    const missing = await refer(crypto.randomUUID());
    expect(missing.code).toBe('23503');
    expect(await refer(globex.datasets[0])).toEqual(missing);
    expect(await refer(acme.datasets[1])).toEqual(missing);
    expect(await written(acme.context(), insert, acme.id, acme.workspaces[0], acme.datasets[0], 'x')).toBe(1);
  });

  test('A12 a prepared statement made for one account shows another only its own, through generic plans', async () => {
    const text = 'select account_id from documents where $1::int = 1';
    for (const account of [acme, globex, acme, globex, acme, globex, acme, globex]) {
      const seen = await rows(account.context(), text, 1);
      expect(new Set(seen.map((row) => row['account_id']))).toEqual(new Set([account.id]));
    }
    expect(await rows(null, text, 1)).toEqual([]);
  });

  test('A11 TRUNCATE, LOCK and references are not granted', async () => {
    for (const statement of [
      'truncate documents',
      'begin; lock table documents in access exclusive mode',
      'create table public.x (id uuid references documents)',
    ]) {
      await expect(bare(statement)).rejects.toMatchObject({ code: '42501' });
    }
  });

  test('A16 large objects, locks of the session, and ending other connections, are not granted', async () => {
    for (const statement of [
      'select lo_create(0)',
      'select pg_terminate_backend(1)',
      'select pg_cancel_backend(1)',
      'select pg_advisory_lock(1)',
      'select pg_try_advisory_lock_shared(1, 2)',
    ]) {
      await expect(rows(acme.context(), statement)).rejects.toMatchObject({ code: '42501' });
    }
  });

  test('A5 the keys that sign contexts cannot be read', async () => {
    await expect(rows(acme.context(), 'select * from app.context_keys')).rejects.toMatchObject({ code: '42501' });
  });

  test.each([
    ['user', 'refused'],
    ['job', 'made'],
    ['operator', 'made'],
  ])('an account with the context of a %s is %s', async (capability, outcome) => {
    const id = crypto.randomUUID();
    const insert = written(
      { accountId: id, workspaceId: '', userId: '', capability },
      "insert into accounts (account_id, name, data_region) values ($1, 'x', 'eu-west-1')",
      id,
    );
    if (outcome === 'made') expect(await insert).toBe(1);
    else await expect(insert).rejects.toMatchObject({ code: '42501' });
  });

  test('RES-03 an account of another region is refused by the cell', async () => {
    const id = crypto.randomUUID();
    await expect(
      written(
        { ...acme.context(''), accountId: id, capability: 'operator' },
        "insert into accounts (account_id, name, data_region) values ($1, 'x', 'us-east-1')",
        id,
      ),
    ).rejects.toMatchObject({ constraint: 'accounts_data_region_of_cell' });
  });

  test('AUD-05 the trail can be added to, and neither changed nor shortened', async () => {
    const add = `insert into audit_entries (account_id, id, category, action, actor_kind, actor_name, resource_type, request_id)
      values ($1, $2, 'content', 'document.update', 'job', 'test', 'document', 'r1')`;
    const id = crypto.randomUUID();
    expect(await written(acme.context(''), add, acme.id, id)).toBe(1);
    await expect(written(acme.context(''), 'update audit_entries set action = $1', 'x.y')).rejects.toMatchObject({
      code: '42501',
    });
    await expect(written(acme.context(''), 'delete from audit_entries')).rejects.toMatchObject({ code: '42501' });
    expect(await rows(acme.context(''), 'select action from audit_entries where id = $1', id)).toEqual([
      { action: 'document.update' },
    ]);
    expect(await rows(globex.context(''), 'select 1 from audit_entries where id = $1', id)).toEqual([]);
  });

  describe('TEN-14 the database keeps an owner', () => {
    const DEMOTE = "update members set role = 'viewer' where account_id = $1 and id = $2";
    let second = '';
    const two = poolOfTwo();

    beforeAll(async () => {
      second = crypto.randomUUID();
      await written(
        globex.context(''),
        "insert into members (account_id, id, user_id, name, email, role) values ($1, $2, gen_random_uuid(), 'Second', 's@example.com', 'owner')",
        globex.id,
        second,
      );
    });

    test('a change of owners under a snapshot from before is refused', async () => {
      await expect(
        pool.using(globex.context(''), async (connection) => {
          await connection.query('start transaction isolation level repeatable read');
          await connection.query(DEMOTE, [globex.id, second]);
        }),
      ).rejects.toMatchObject({ code: '0A000' });
    });

    test('of two owners who are demoted at once the second stays', async () => {
      const [one, other] = [await two().lend(globex.context('')), await two().lend(globex.context(''))];
      try {
        for (const connection of [one, other]) await connection.query('start transaction');
        await one.query(DEMOTE, [globex.id, globex.ownerId]);
        const waiting = other.query(DEMOTE, [globex.id, second]);
        await new Promise((resolve) => setTimeout(resolve, 100));
        await one.query('commit');
        await expect(waiting).rejects.toMatchObject({ constraint: 'members_keep_an_owner' });
        await other.query('rollback');
      } finally {
        one.release();
        other.release();
      }
      expect(
        await rows(globex.context(''), "select id from members where role = 'owner' and status = 'active'"),
      ).toEqual([{ id: second }]);
    });
  });

  test('the directory’s role has functions and no table', async () => {
    await asOperator(databases.connections.directory.appUrl, async (client) => {
      for (const table of [
        'users',
        'credentials',
        'sign_in_sessions',
        'account_pointers',
        'user_accounts',
        'platform_entries',
      ]) {
        await expect(client.query(`select * from public.${table}`)).rejects.toMatchObject({ code: '42501' });
      }
      expect((await client.query("select * from app.find_credential('nobody@example.com')")).rows).toEqual([]);
    });
  });
});
