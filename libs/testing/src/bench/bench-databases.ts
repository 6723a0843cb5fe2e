import { mkdir } from 'node:fs/promises';
import { newId, parseEnvironment } from '#libs/context';
import {
  asOperator,
  type Databases,
  type DatabaseTarget,
  EmbeddedServer,
  prepareDatabases,
  migrateWherePossible,
  type SignedContext,
} from '#libs/database';
import { poolOn } from '../bare-tenants.js';

/** How many accounts a cell of the benchmark holds; each has {@link DOCUMENTS_PER_ACCOUNT} documents. */
export interface BenchSize {
  readonly large: number;
  readonly small: number;
}

/** One account of the benchmark, with what a request in it needs. */
export interface BenchAccount {
  readonly accountId: string;
  readonly sessionId: string;
  readonly userId: string;
  readonly signInSessionId: string;
  readonly workspaceId: string;
  readonly datasetId: string;
  readonly documentIds: readonly string[];
}

/** The databases of the benchmark: two cells on one server, of the same shape and different size. */
export interface BenchDatabases {
  readonly databases: Databases;
  readonly large: DatabaseTarget;
  readonly small: DatabaseTarget;
  /** URL of a cell for a role that no policy holds back: what plain PostgreSQL would cost. */
  plainUrl(target: DatabaseTarget): string;
  /** URL of a cell for the administrator of its server. */
  adminUrlOf(target: DatabaseTarget): string;
  /** Some accounts of a cell, the same for the same number. */
  sample(target: DatabaseTarget, count: number): Promise<BenchAccount[]>;
}

export const DOCUMENTS_PER_ACCOUNT = 1_000;
const PLAIN_PASSWORD = 'for measuring on this machine only';
const LOADERS = 2;

/**
 * Opens the benchmark's own server on a folder and fills it as far as it is not yet: rows are written as the application,
 * account by account, each under its own context. What was loaded by a run before is used again.
 *
 * @param tell hears how far the loading is.
 */
export async function openBenchDatabases(
  folder: string,
  size: BenchSize,
  tell: (line: string) => void,
): Promise<BenchDatabases> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const environment = parseEnvironment({ DATA_DIR: folder, DEMO: 'off' });
  const databases = await prepareDatabases(environment);
  const { connections } = databases;
  await migrateWherePossible(connections);
  const [large, small] = connections.cells;
  if (!large || !small) throw new Error('The benchmark needs two cells.');
  const server = await EmbeddedServer.find({ dataDirectory: environment.dataDirectory, secret: connections.secret });
  if (!server) throw new Error('The server of the benchmark does not answer.');
  const adminUrlOf = (target: DatabaseTarget) => {
    const url = new URL(server.adminUrl);
    url.pathname = new URL(target.appUrl).pathname;
    return url.href;
  };
  await asOperator(server.adminUrl.href, async (admin) => {
    const { rows } = await admin.query("select 1 from pg_roles where rolname = 'bench_plain'");
    if (!rows.length) await admin.query(`create role bench_plain login bypassrls password '${PLAIN_PASSWORD}'`);
  });
  for (const [target, accounts] of [
    [small, size.small],
    [large, size.large],
  ] as const) {
    await fill(connections, target, adminUrlOf(target), accounts, tell);
  }
  return {
    databases,
    large,
    small,
    plainUrl: (target) => {
      const url = new URL(target.appUrl);
      url.username = 'bench_plain';
      url.password = encodeURIComponent(PLAIN_PASSWORD);
      return url.href;
    },
    adminUrlOf,
    sample: (target, count) => sample(adminUrlOf(target), count),
  };
}

// The look-up of access without verification: the account is that of the session. In the schema "plain", for bench_plain alone.
const PLAIN_ACCESS = `
  create schema if not exists plain;
  grant usage on schema plain to bench_plain;
  create index if not exists bench_sessions on account_sessions (id);
  do $make$
  begin
    execute replace(replace(replace(pg_get_functiondef('app.member_access(uuid, uuid, uuid, uuid)'::regprocedure),
      'FUNCTION app.member_access', 'FUNCTION plain.member_access'),
      'SECURITY DEFINER', ''),
      'app.verified_account_id()', '(select x.account_id from public.account_sessions x where x.id = session)');
  end
  $make$`;

async function fill(
  connections: Databases['connections'],
  target: DatabaseTarget,
  adminUrl: string,
  accounts: number,
  tell: (line: string) => void,
): Promise<void> {
  const missing = await asOperator(adminUrl, async (admin) => {
    await admin.query(`grant connect on database ${new URL(adminUrl).pathname.slice(1)} to bench_plain`);
    await admin.query('grant usage on schema public to bench_plain');
    await admin.query('grant select on all tables in schema public to bench_plain');
    await admin.query(PLAIN_ACCESS);
    const { rows } = await admin.query<{ count: string }>('select count(*) from accounts');
    return accounts - Number(rows[0]?.count);
  });
  if (missing <= 0) return;
  const documents = missing * DOCUMENTS_PER_ACCOUNT;
  tell(`loading ${missing} accounts, ${documents.toLocaleString('en')} documents into ${target.name}`);
  // one build of the word index at the end is many times faster than millions of entries one by one
  const index = await asOperator(adminUrl, async (admin) => {
    const { rows } = await admin.query<{ definition: string }>(
      "select pg_get_indexdef(to_regclass('documents_by_words')) as definition",
    );
    await admin.query('drop index if exists documents_by_words');
    return (
      rows[0]?.definition ?? 'create index documents_by_words on documents using gin (account_id, workspace_id, search)'
    );
  });
  const began = performance.now();
  const pool = poolOn(connections, target.name, { size: LOADERS });
  let [done, told] = [0, began];
  let left = missing;
  try {
    await Promise.all(
      Array.from({ length: LOADERS }, async () => {
        while (left > 0) {
          left -= 1;
          await insertAccount(pool, target.region ?? target.name);
          done += 1;
          if (performance.now() - told < 10_000) continue;
          told = performance.now();
          const seconds = (told - began) / 1_000;
          tell(
            `  ${done} of ${missing} accounts, ${Math.round(seconds)} s, ${Math.round((seconds / done) * (missing - done))} s to go`,
          );
        }
      }),
    );
  } finally {
    await pool.end();
  }
  tell('  indexing words and taking statistics');
  await asOperator(adminUrl, async (admin) => {
    await admin.query("set maintenance_work_mem = '1GB'");
    await admin.query(index);
    await admin.query('vacuum analyze');
  });
}

/** One account of one member with one workspace, a session that lives for ten years, and its documents; all or nothing. */
async function insertAccount(pool: ReturnType<typeof poolOn>, region: string): Promise<void> {
  const [accountId, memberId, userId, sessionId, signInSessionId, workspaceId, datasetId] = Array.from(
    { length: 7 },
    newId,
  );
  const context: SignedContext = {
    accountId: accountId ?? '',
    workspaceId: workspaceId ?? '',
    userId: '',
    capability: 'operator',
  };
  await pool.using(context, async (connection) => {
    await connection.query('start transaction');
    await connection.query('insert into accounts (account_id, name, data_region) values ($1, $2, $3)', [
      accountId,
      'Agency',
      region,
    ]);
    await connection.query(
      `insert into members (account_id, id, user_id, name, email, role) values ($1, $2, $3, 'Owner', 'owner@bench.example', 'owner')`,
      [accountId, memberId, userId],
    );
    await connection.query(
      `insert into account_sessions (account_id, id, member_id, user_id, sign_in_session_id, expires_at, ends_at)
       values ($1, $2, $3, $4, $5, now() + interval '10 years', now() + interval '10 years')`,
      [accountId, sessionId, memberId, userId, signInSessionId],
    );
    await connection.query(`insert into workspaces (account_id, id, name) values ($1, $2, 'Client')`, [
      accountId,
      workspaceId,
    ]);
    await connection.query(
      `insert into datasets (account_id, workspace_id, id, name) values ($1, $2, $3, 'Articles')`,
      [accountId, workspaceId, datasetId],
    );
    await connection.query(
      `insert into documents (account_id, workspace_id, id, dataset_id, title, body)
       select $1, $2, uuidv7(), $3, 'Article ' || n, 'Campaign ' || n || ' for the ' || md5(n::text) || ' launch in quarter ' || n % 4
       from generate_series(1, $4::int) n`,
      [accountId, workspaceId, datasetId, DOCUMENTS_PER_ACCOUNT],
    );
    await connection.query('commit');
  });
}

async function sample(adminUrl: string, count: number): Promise<BenchAccount[]> {
  return asOperator(adminUrl, async (admin) => {
    const { rows } = await admin.query<BenchAccount>(
      `select s.account_id as "accountId", s.id as "sessionId", s.user_id as "userId",
         s.sign_in_session_id as "signInSessionId", w.id as "workspaceId", d.id as "datasetId",
         array(select x.id::text from documents x where x.account_id = s.account_id and x.workspace_id = w.id
               order by hashtext(x.id::text) limit 50) as "documentIds"
       from (select * from account_sessions order by hashtext(id::text), id limit $1) s
       join workspaces w on w.account_id = s.account_id
       -- not those that measuring commands has left
       join datasets d on d.account_id = s.account_id and d.workspace_id = w.id and d.name = 'Articles'
       order by s.id`,
      [count],
    );
    return rows;
  });
}
