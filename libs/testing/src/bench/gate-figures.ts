import { signContext, contextKey, type Databases, type SignedContext, type TenantPool } from '#libs/database';
import pg from 'pg';
import { poolOn } from '../bare-tenants.js';
import type { BenchAccount, BenchDatabases } from './bench-databases.js';
import { startDelayProxy } from './delay-proxy.js';
import { type Arm, compare, type Figure, interleave, type Pace, throughput } from './rounds.js';
import { median, percentile } from '../statistics.js';

const AT_ONCE = 16;
const POOL = 8;
const GET = `select id, dataset_id, title, body, source_url, version, created_at, updated_at from documents
  where account_id = $1 and workspace_id = $2 and id = $3 and deleted_at is null`;

/** The same statement through the gate and through plain pg, on the socket and one millisecond away. */
export async function gateFigures(
  bench: BenchDatabases,
  accounts: readonly BenchAccount[],
  pace: Pace,
): Promise<Figure[]> {
  const { databases, large } = bench;
  const figures = [await gateFigure('gate/plain', 0.8, large.appUrl, bench.plainUrl(large))];
  const { port } = new URL(large.appUrl);
  const proxy = await startDelayProxy(Number(port));
  const away = (href: string) => {
    const url = new URL(href);
    url.port = String(proxy.port);
    return url.href;
  };
  try {
    figures.push(await gateFigure('gate-1ms/plain', 0.92, away(large.appUrl), away(bench.plainUrl(large))));
  } finally {
    await proxy.stop();
  }
  return figures;

  async function gateFigure(name: string, least: number, appUrl: string, plainUrl: string): Promise<Figure> {
    const gate = poolOn(databases.connections, large.name, { size: POOL, url: appUrl });
    const plain = new pg.Pool({ connectionString: plainUrl, max: POOL });
    try {
      const arms = { gate: throughGate(gate, accounts), plain: throughPg(plain, accounts) };
      const seen = await interleave(['gate', 'plain'], 'gate', pace, (arm) =>
        throughput(arms[arm], AT_ONCE, pace.milliseconds),
      );
      return compare(name, seen, 'gate', 'plain', { at: 'least', value: least });
    } finally {
      await gate.end();
      await plain.end();
    }
  }
}

function throughGate(pool: TenantPool, accounts: readonly BenchAccount[]): Arm {
  return async (turn) => {
    const account = pick(accounts, turn);
    const values = [account.accountId, account.workspaceId, documentOf(account, turn)];
    const { rowCount } = await pool.using(contextOf(account), (connection) => connection.query(GET, values));
    assertOne(rowCount);
  };
}

function throughPg(pool: pg.Pool, accounts: readonly BenchAccount[]): Arm {
  return async (turn) => {
    const account = pick(accounts, turn);
    const values = [account.accountId, account.workspaceId, documentOf(account, turn)];
    const { rowCount } = await pool.query({ name: 'get', text: GET, values });
    assertOne(rowCount);
  };
}

/** What the policies of one table add to a statement by key, in microseconds of the server's own time. */
export async function verifyFigures(bench: BenchDatabases, account: BenchAccount, pace: Pace): Promise<Figure[]> {
  const workspaceTable = `perform 1 from documents where account_id = '${account.accountId}' and workspace_id = '${account.workspaceId}' and id = '${account.documentIds[0]}'`;
  const accountTable = `perform 1 from workspaces where account_id = '${account.accountId}' and id = '${account.workspaceId}'`;
  return [
    await verifyFigure(bench, 'verify', workspaceTable, account, pace),
    await verifyFigure(bench, 'verify-account-table', accountTable, account, pace),
  ];
}

async function verifyFigure(
  { databases, large, plainUrl }: BenchDatabases,
  name: string,
  statement: string,
  account: BenchAccount,
  pace: Pace,
): Promise<Figure> {
  const times = 2_000;
  const [guarded, plain] = [new pg.Client(large.appUrl), new pg.Client(plainUrl(large))];
  await Promise.all([guarded.connect(), plain.connect()]);
  const block = async (client: pg.Client) => {
    await client.query('begin');
    if (client === guarded) await setContext(client, databases, large.name, contextOf(account));
    const began = performance.now();
    await client.query(`do $$ begin for i in 1..${times} loop ${statement}; end loop; end $$`);
    const microseconds = ((performance.now() - began) * 1_000) / times;
    await client.query('commit');
    return microseconds;
  };
  try {
    const clients = { guarded, plain };
    const seen = await interleave(['guarded', 'plain'], 'guarded', pace, (arm) => block(clients[arm]));
    const added = seen.guarded.map((value, index) => value - (seen.plain[index] ?? Number.NaN));
    const { control, rounds } = compare(name, seen, 'guarded', 'plain');
    return {
      name,
      ratio: median(added),
      control,
      rounds,
      spread: [percentile(added, 0.1), percentile(added, 0.9)],
      aim: { at: 'most', value: 15 },
      unit: 'µs',
    };
  } finally {
    await Promise.all([guarded.end(), plain.end()]);
  }
}

async function setContext(
  client: pg.Client,
  { connections }: Databases,
  cell: string,
  context: SignedContext,
): Promise<void> {
  await client.query(
    `select set_config('app.current_account_id', $1, true), set_config('app.current_workspace_id', $2, true),
       set_config('app.current_user_id', $3, true), set_config('app.context_signature', $4, true)`,
    [
      context.accountId,
      context.workspaceId,
      context.userId,
      signContext(contextKey(connections.secret, cell), context, null, Date.now()),
    ],
  );
}

/** What a request in an account of the benchmark signs. */
export function contextOf({ accountId, workspaceId, userId }: BenchAccount): SignedContext {
  return { accountId, workspaceId, userId, capability: 'user' };
}

/** The account of a turn: one after the other. */
export function pick(accounts: readonly BenchAccount[], turn: number): BenchAccount {
  const account = accounts[turn % accounts.length];
  if (!account) throw new Error('There is no account to measure with.');
  return account;
}

/** The document of a turn, another one each time that an account has its turn. */
export function documentOf({ documentIds }: BenchAccount, turn: number): string {
  return documentIds[(turn * 7) % documentIds.length] ?? '';
}

function assertOne(rows: number | null): void {
  if (rows !== 1) throw new Error(`An arm found ${rows} rows in place of one: it would measure nothing.`);
}
