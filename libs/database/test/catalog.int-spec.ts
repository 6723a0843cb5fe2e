import { createSecretKey, randomBytes } from 'node:crypto';
import { newId } from '#libs/context';
import {
  asOperator,
  bootCheck,
  catalogProblems,
  Directory,
  type OperatorClient,
  TenantPool,
  versionProblemsOf,
} from '#libs/database';
import { copyDatabases, poolOn, type TestDatabases, twoBareAccounts } from '#libs/testing';

let databases: TestDatabases;

beforeAll(async () => {
  databases = await copyDatabases();
});
afterAll(() => databases.drop());

const cell = () => databases.connections.cells[0] as (typeof databases.connections.cells)[number];

/** Runs statements as the owner (or the administrator) and takes everything back. */
async function tentatively<T>(
  work: (client: OperatorClient) => Promise<T>,
  as: 'owner' | 'admin' = 'owner',
): Promise<T> {
  return asOperator(as === 'owner' ? (cell().ownerUrl ?? '') : databases.adminUrlOf(cell().name), async (client) => {
    await client.query('begin');
    if (as === 'owner') await client.query('set local role bulkhead_owner');
    try {
      return await work(client);
    } finally {
      await client.query('rollback');
    }
  });
}

const TABLE = `create table public.notes (account_id uuid not null, workspace_id uuid not null, id uuid not null, body text,
  primary key (account_id, workspace_id, id))`;
const CLASSES = ['account_id', 'workspace_id', 'id', 'body'].map(
  (column) => `comment on column public.notes.${column} is 'class=none; for this test'`,
);

describe('ISO-03 the catalog of a cell', () => {
  test('keeps every rule, as the directory does', async () => {
    await tentatively(async (client) => expect(await catalogProblems(client, 'cell')).toEqual([]));
    await asOperator(databases.connections.directory.ownerUrl ?? '', async (client) => {
      expect(await catalogProblems(client, 'directory')).toEqual([]);
    });
  });

  // Each way to break it, and the words by which it is noticed.
  test.each([
    ['a table without protection', TABLE, 'notes is not protected'],
    ['LIF-11 a column without a class', 'alter table documents add language text', 'documents.language has no class'],
    [
      'LIF-11 a class that does not exist',
      "comment on column documents.title is 'class=public; the title'",
      'documents.title has no class',
    ],
    ['a table that lost FORCE', 'alter table documents no force row level security', 'documents lacks FORCE'],
    [
      'a table that lost row security',
      'alter table documents disable row level security',
      'documents lacks ROW LEVEL SECURITY',
    ],
    ['a policy dropped', 'drop policy tenant_only on documents', 'documents has lost or changed policy tenant_only'],
    [
      'a policy without its WITH CHECK',
      'alter policy tenant_rows on documents with check (true)',
      'documents has lost or changed policy tenant_rows',
    ],
    [
      'a policy that forgets the workspace',
      'alter policy tenant_rows on documents using (account_id = (select app.verified_account_id())) with check (account_id = (select app.verified_account_id()))',
      'documents has lost or changed policy tenant_rows',
    ],
    ['A27 a policy for everybody', 'create policy careless on documents using (true)', 'policy careless is for'],
    [
      'A27 a policy that lets the application see all',
      'create policy careless on documents to bulkhead_app using (true)',
      'policy careless is for',
    ],
    [
      'a policy that reads a setting',
      "create policy careless on documents to bulkhead_app using (account_id::text = current_setting('app.current_account_id'))",
      'reads current_setting',
    ],
    ['A7 a key that is not composite', 'alter table documents add unique (id)', 'key documents_id_key'],
    [
      'A8 a unique index over the workspaces of an account',
      'create unique index sly on documents (account_id, title)',
      'unique index sly tells of other workspaces',
    ],
    ['A8 a unique index on the id alone', 'create unique index sly on documents (id)', 'unique index sly'],
    [
      'a key between workspace tables without the workspace',
      'alter table datasets add unique (account_id, id); alter table documents add constraint sly foreign key (account_id, dataset_id) references datasets (account_id, id)',
      'sly lacks workspace_id',
    ],
    [
      'A7 a column that names a row, without a key',
      'alter table documents drop constraint documents_account_id_workspace_id_dataset_id_fkey',
      'documents.dataset_id names a row of datasets and has no key',
    ],
    ['A11 TRUNCATE granted', 'grant truncate on documents to bulkhead_app', 'bulkhead_app may TRUNCATE'],
    ['an UPDATE of the whole table granted', 'grant update on documents to bulkhead_app', 'bulkhead_app may UPDATE'],
    [
      'an UPDATE of the tenant column granted',
      'grant update (account_id) on documents to bulkhead_app',
      'may update account_id',
    ],
    ['a table granted to PUBLIC', 'grant select on documents to public', 'documents is granted to PUBLIC'],
    [
      'A4 a view that runs as its owner',
      'create view public.everything as select * from documents',
      'everything is a view without security_invoker',
    ],
    [
      'A4 a materialized view',
      'create materialized view public.everything as select * from documents',
      'everything knows no policies',
    ],
    ['A10 a sequence', 'create sequence public.numbers', 'numbers knows no policies'],
    [
      'A5 a definer without a pinned path',
      "create function app.sly() returns int language sql security definer as 'select 1'; revoke all on function app.sly() from public",
      'sly() is SECURITY DEFINER without a pinned search_path',
    ],
    [
      'A5 a function for everybody',
      "create function app.sly() returns int language sql as 'select 1'",
      'sly() may be called by everybody',
    ],
    [
      'A12 a verifying function that is IMMUTABLE',
      'alter function app.verified_account_id() immutable',
      'verified_account_id() is not STABLE',
    ],
    [
      'A5 the signing keys granted',
      'grant select on app.context_keys to bulkhead_app',
      'bulkhead_app may read app.context_keys',
    ],
    [
      'A6 temporary tables granted',
      `do $$ begin execute format('grant temporary on database %I to bulkhead_app', current_database()); end $$`,
      'bulkhead_app may create temporary tables',
    ],
  ])('notices %s', async (_, change, words) => {
    await tentatively(async (client) => {
      await client.query(change);
      const problems = await catalogProblems(client, 'cell');
      expect(problems.join('\n')).toContain(words);
    });
  });
});

describe('the catalog of the directory', () => {
  const FIND = 'app.find_user(uuid)';
  test.each([
    ['a function without a comment', `comment on function ${FIND} is null`],
    [
      'a nullable argument that is not there',
      `comment on function ${FIND} is 'nullable=of_user; Returns a user by id'`,
    ],
    [
      'a nullable value of a function that returns rows',
      `comment on function ${FIND} is 'nullable=result; Returns a user'`,
    ],
  ])('notices %s', async (_, change) => {
    await asOperator(databases.connections.directory.ownerUrl ?? '', async (client) => {
      await client.query('begin');
      await client.query('set local role bulkhead_owner');
      await client.query(change);
      expect((await catalogProblems(client, 'directory')).join()).toContain(
        'app.find_user(uuid) has no comment, or one',
      );
      await client.query('rollback');
    });
  });

  test('functions are called by the names of their arguments; one without columns returns its value', async () => {
    const options = { key: undefined, size: 1, transactionPooler: false, nameStatements: true };
    const pool = new TenantPool({ url: databases.connections.directory.appUrl, ...options });
    const directory = new Directory(pool);
    const userId = newId();
    const email = `${userId}@example.com`;
    const user = { newId: userId, newEmailKey: email, newEmail: email, newName: 'Nora', newPasswordHash: 'none' };
    await directory.call('create_user', user);
    expect(await directory.call('find_user', { wantedId: userId })).toMatchObject([{ user_id: userId, name: 'Nora' }]);
    expect(await directory.call('find_user', { wantedId: newId() })).toEqual([]);
    expect(await directory.call('recovery_codes_left', { ofUser: userId })).toBeNull();
    // @ts-expect-error an argument that the function does not have
    await expect(directory.call('find_user', { id: userId })).rejects.toThrow(
      'app.find_user(id => unknown) does not exist',
    );
    await pool.end();
  });
});

describe('protect_tenant_table', () => {
  const protect = (call: string, ...before: string[]) =>
    tentatively(async (client) => {
      for (const statement of before) await client.query(statement);
      await client.query(call);
      return catalogProblems(client, 'cell');
    });

  test('protects a table that is made well (the control)', async () => {
    expect(await protect("call app.protect_tenant_table('public.notes', 'workspace')", TABLE, ...CLASSES)).toEqual([]);
  });

  test.each([
    [
      'without account_id',
      'create table public.notes (id uuid primary key)',
      'needs a column "account_id uuid not null"',
    ],
    [
      'whose account_id may be null',
      'create table public.notes (account_id uuid, id uuid primary key)',
      'needs a column "account_id uuid not null"',
    ],
    [
      'of a workspace without workspace_id',
      'create table public.notes (account_id uuid not null, id uuid, primary key (account_id, id))',
      'needs a column "workspace_id uuid not null"',
    ],
    [
      'keyed by the id alone',
      'create table public.notes (account_id uuid not null, workspace_id uuid not null, id uuid primary key)',
      'primary key of public.notes must begin with account_id',
    ],
    [
      'with a unique value across accounts',
      `${TABLE}; create unique index on public.notes (body)`,
      'must begin with account_id',
    ],
    [
      'that refers to a row by its id alone',
      `${TABLE}; alter table documents add unique (id); alter table notes add foreign key (id) references documents (id)`,
      'foreign key notes_id_fkey of public.notes must begin with account_id',
    ],
  ])('refuses a table %s', async (_, table, words) => {
    await expect(protect("call app.protect_tenant_table('public.notes', 'workspace')", table)).rejects.toThrow(words);
  });

  test('refuses to forget the workspace of a table that names one, without a reason', async () => {
    await expect(protect("call app.protect_tenant_table('public.notes')", TABLE)).rejects.toThrow(
      'give the reason why not',
    );
  });
});

describe('A22 migrations that touch rows', () => {
  beforeAll(async () => {
    const pool = poolOn(databases.connections);
    await twoBareAccounts(pool);
    await pool.end();
  });

  test('A4 A27 the owner reads nobody’s documents and no trail, although it may hand functions to a role that sees them', async () => {
    const count = 'select (select count(*) from documents)::int + (select count(*) from audit_entries)::int as seen';
    await tentatively(async (client) => {
      expect((await client.query<{ seen: number }>(count)).rows[0]?.seen).toBe(0);
      await client.query('create function app.later() returns int language sql as $$ select 1 $$');
      // the new owner has to be able to make one there; the transaction takes it back
      await client.query('grant create on schema app to bulkhead_search');
      await client.query('alter function app.later() owner to bulkhead_search');
    });
    await tentatively(async (admin) => {
      expect((await admin.query<{ seen: number }>(count)).rows[0]?.seen).toBeGreaterThan(0);
      await admin.query('grant bulkhead_search to bulkhead_owner');
      expect((await catalogProblems(admin, 'cell')).join('\n')).toContain(
        'bulkhead_owner has the privileges of bulkhead_search',
      );
    }, 'admin');
  });

  test('the owner sees no row under FORCE; the helper lifts it, counts, and puts it back', async () => {
    await tentatively(async (client) => {
      const backfill = "update documents set title = 'Filled in'";
      expect((await client.query(backfill)).rowCount).toBe(0);
      await client.query(
        "call app.as_owner_of('{documents}', $1, 4, 4)".replace('$1', `'${backfill.replaceAll("'", "''")}'`),
      );
      expect(await catalogProblems(client, 'cell')).toEqual([]);
      await client.query('savepoint before');
      await expect(
        client.query(`call app.as_owner_of('{documents}', 'update documents set version = 2', 5)`),
      ).rejects.toThrow('touched 4');
      await client.query('rollback to savepoint before');
    });
  });

  test('a key over an orphan is refused', async () => {
    await tentatively(async (client) => {
      await client.query('alter table documents drop constraint documents_account_id_workspace_id_dataset_id_fkey');
      await client.query(
        `call app.as_owner_of('{documents}', 'update documents set dataset_id = gen_random_uuid()', 1)`,
      );
      const key =
        'alter table documents add constraint again foreign key (account_id, workspace_id, dataset_id) references datasets';
      await expect(client.query(`call app.as_owner_of('{documents,datasets}', '${key}')`)).rejects.toMatchObject({
        code: '23503',
      });
    });
  });
});

test('A18 a page of documents and a search use indexes that begin with the account, under policies', async () => {
  const pool = poolOn(databases.connections);
  const { acme } = await twoBareAccounts(pool);
  await pool.using(acme.context(), async (connection) => {
    await connection.query('start transaction');
    await connection.query(
      `insert into documents (account_id, workspace_id, id, dataset_id, title)
       select $1, $2, gen_random_uuid(), $3, 'Word' || n from generate_series(1, 5000) n`,
      [acme.id, acme.workspaces[0], acme.datasets[0]],
    );
    await connection.query('commit');
  });
  await asOperator(databases.adminUrlOf(cell().name), (admin) => admin.query('analyze public.documents'));
  const where = `account_id = '${acme.id}' and workspace_id = '${acme.workspaces[0]}'`;
  const plan = (rows: readonly { 'QUERY PLAN': string }[]) => rows.map((row) => row['QUERY PLAN']).join('\n');
  const asApplication = (text: string) =>
    pool.using(acme.context(), async (c) => plan((await c.query<{ 'QUERY PLAN': string }>(`explain ${text}`)).rows));

  const page = `select id from documents where ${where} and dataset_id = '${acme.datasets[1]}' order by id desc limit 50`;
  expect(await asApplication(page)).toMatch(/Index Cond: \(\(account_id = .*workspace_id = .*dataset_id = /);
  // the operator is not leakproof: under the application's policies it is no more than a filter …
  const search = `select id from public.documents where ${where} and search @@ 'word4711'`;
  expect(await asApplication(search)).not.toContain('documents_by_words');
  await pool.end();
  // … and in the search function, which runs as a role of its own, it is an index condition
  await tentatively(async (admin) => {
    await admin.query('set local role bulkhead_search');
    // whether it can, not whether it is worth it for a table this small
    await admin.query('set local enable_seqscan = off');
    const { rows } = await admin.query<{ 'QUERY PLAN': string }>(`explain ${search}`);
    expect(plan(rows)).toMatch(
      /Bitmap Index Scan on documents_by_words[\s\S]*Index Cond: .*account_id[\s\S]*search @@/,
    );
  }, 'admin');
});

describe('ISO-15 boot', () => {
  const check = () => bootCheck(cell(), databases.connections.secret, true);

  async function withChange(change: string, undo: string, work: () => Promise<void>): Promise<void> {
    const run = (text: string) => asOperator(databases.adminUrlOf(cell().name), (admin) => admin.query(text));
    await run(change);
    try {
      await work();
    } finally {
      await run(undo);
    }
  }

  test('finds nothing wrong with a good database (the control)', async () => {
    expect((await check()).problems).toEqual([]);
  });

  test.each([
    ['is superuser', 'alter role bulkhead_app superuser', 'alter role bulkhead_app nosuperuser', 'is SUPERUSER'],
    ['has BYPASSRLS', 'alter role bulkhead_app bypassrls', 'alter role bulkhead_app nobypassrls', 'NOBYPASSRLS'],
    [
      'could become the owner',
      'grant bulkhead_owner to bulkhead_app',
      'revoke bulkhead_owner from bulkhead_app',
      'REVOKE bulkhead_owner',
    ],
    [
      'owns a table',
      'create table public.loose (id int); alter table public.loose owner to bulkhead_app',
      'drop table public.loose',
      'owns loose',
    ],
    [
      'can read a table without FORCE',
      'alter table public.documents no force row level security',
      'alter table public.documents force row level security',
      'documents can be read without a policy',
    ],
  ])('refuses a role that %s, and names the mend', async (_, change, undo, words) => {
    await withChange(change, undo, async () => expect((await check()).problems.join('\n')).toContain(words));
  });

  test.each(['bulkhead_worker', 'bulkhead_recorder', 'bulkhead_migrator'])(
    'refuses %s where it could bypass a policy: every URL of every process is looked at',
    async (role) => {
      await withChange(`alter role ${role} bypassrls`, `alter role ${role} nobypassrls`, async () =>
        expect((await check()).problems.join('\n')).toContain(`role ${role} is BYPASSRLS`),
      );
    },
  );

  test('refuses the role of the directory where it could bypass a policy, and another secret', async () => {
    const { directory, secret } = databases.connections;
    const look = async (of = secret) => (await bootCheck(directory, of, true)).problems.join('\n');
    expect(await look()).toBe('');
    await withChange('alter role bulkhead_directory superuser', 'alter role bulkhead_directory nosuperuser', async () =>
      expect(await look()).toContain('role bulkhead_directory is SUPERUSER'),
    );
    expect(await look(createSecretKey(randomBytes(32)))).toContain('SECRET_KEY is not the one');
  });

  test('RES-03 refuses a URL that leads to another cell', async () => {
    const swapped = { ...cell(), appUrl: databases.connections.cells[1]?.appUrl ?? '' };
    expect((await bootCheck(swapped, databases.connections.secret, true)).problems.join('\n')).toContain(
      'the URL leads to cell us-east-1 of region us-east-1, not to eu-west-1',
    );
  });

  test('refuses missing and edited migrations', async () => {
    const edit = (checksum: string) =>
      `update app.migrations set checksum = ${checksum} where name like '%content.sql'`;
    await withChange(edit("'x' || checksum"), edit('substr(checksum, 2)'), async () =>
      expect((await check()).problems.join('\n')).toContain('1 migrations are not applied or were edited'),
    );
  });

  test.each([
    [150_019, true],
    [150_020, false],
    [160_015, true],
    [160_016, false],
    [170_011, true],
    [170_012, false],
    [180_005, true],
    [180_006, false],
    [140_099, true],
    [190_000, false],
  ])('A21 PostgreSQL %i has known holes: %s', (version, hasHoles) => {
    expect(versionProblemsOf(version)).toEqual(hasHoles ? [expect.stringMatching(/known holes.*Upgrade to/)] : []);
  });

  test('A21 a server with known holes is refused in production, and the embedded one warned of', async () => {
    const server = await asOperator(cell().appUrl, async (client) => {
      const { rows } = await client.query<{ version: number }>(
        "select current_setting('server_version_num')::int as version",
      );
      return versionProblemsOf(rows[0]?.version ?? 0);
    });
    const [embedded, production] = [await check(), await bootCheck(cell(), databases.connections.secret, false)];
    expect(embedded.problems).toEqual([]);
    expect(embedded.warnings.filter((text) => text.includes('known holes'))).toEqual(server);
    expect(production.problems).toEqual(server.map((text) => `${cell().name}: ${text}`));
  });

  test('A13 a role that may connect to the databases of the server itself is warned of', async () => {
    expect((await check()).warnings.join('\n')).not.toContain('may connect to');
    await withChange(
      'grant connect on database postgres to public',
      'revoke connect on database postgres from public',
      async () => expect((await check()).warnings.join('\n')).toContain('may connect to postgres'),
    );
  });

  test('A26 a server that would log parameters is warned of', async () => {
    await withChange(
      'alter role bulkhead_app set log_parameter_max_length = -1',
      'alter role bulkhead_app set log_parameter_max_length = 0',
      async () => expect((await check()).warnings.join('\n')).toContain('log_parameter_max_length is not 0'),
    );
  });

  test('A24 clocks that are apart are refused', async () => {
    const now = Date.now;
    jest.spyOn(Date, 'now').mockImplementation(() => now() + 300_000);
    try {
      expect((await check()).problems.join('\n')).toMatch(/its clock is -?\d+ ms from this machine's/);
    } finally {
      jest.restoreAllMocks();
    }
  });
});
