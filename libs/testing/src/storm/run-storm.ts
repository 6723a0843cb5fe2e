import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cells } from '#libs/database';
import { PastPolicies } from '../isolation/past-policies.js';
import type { World } from '../world.js';
import { drawFrom, shortenStatements, Storm } from './storm.js';
import { fillStorm, type Sailor } from './storm-world.js';

/** How hard it blows. */
export interface StormOptions {
  /** Requests in all. */
  readonly requests: number;
  /** Accounts, with two workspaces each. */
  readonly accounts: number;
  /** Name of the cell they live in. */
  readonly cell: string;
  /** Draws everything; the same for the same number, but for time. */
  readonly seed: number;
  /** Told of progress now and then. */
  readonly tell: (line: string) => void;
}

/** What came of a storm. */
export interface StormReport {
  readonly passed: number;
  /** What was wrong, one line each; those about requests first. */
  readonly failures: readonly string[];
  /** How often each kind of request got each status; `lost` where the client hung up. */
  readonly answers: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly sailors: readonly Sailor[];
}

/** Calm requests that may be answered 503 because a neighbour's fault took their connection, of a hundred. */
const UNLUCKY = 5;

/**
 * Sends interleaved requests of many accounts through a small pool, with canaries in every row, while clients hang up, statements
 * time out and fail, and the server's processes are killed. Nobody gets to see a foreign canary, and afterwards everything is at
 * rest: no connection in a transaction, none lost, nobody waiting.
 *
 * @param world with a pool of few connections and `StormModule` among its modules.
 */
export async function runStorm(world: World, options: StormOptions): Promise<StormReport> {
  const { requests, accounts, cell, seed, tell } = options;
  const past = new PastPolicies(world.databases);
  const rejections: unknown[] = [];
  const note = (reason: unknown) => rejections.push(reason);
  process.on('unhandledRejection', note);
  try {
    tell(`filling ${accounts} accounts`);
    const sailors = await fillStorm(world, accounts);
    await shortenStatements(past, cell);
    await world.app.listen(0, '127.0.0.1');
    const { port } = world.app.getHttpServer().address() as AddressInfo;
    const storm = new Storm(port, past, cell, sailors, drawFrom(seed));
    await storm.blow(() => storm.sent < requests, tell);
    const failures = [...storm.failures, ...(await unrestIn(world, past, cell))];
    if (storm.unlucky > (requests * UNLUCKY) / 100)
      failures.push(`${storm.unlucky} calm requests were answered 503, more than ${UNLUCKY} of a hundred`);
    for (const reason of rejections) failures.push(`a rejection that nobody handled: ${reason}`);
    return { passed: requests - storm.failures.length, failures, answers: storm.answers, sailors };
  } finally {
    process.off('unhandledRejection', note);
    await past.end();
  }
}

/** What is not at rest some seconds after the last answer. */
async function unrestIn(world: World, past: PastPolicies, cell: string): Promise<string[]> {
  const { pool } = world.app.get(Cells).named(cell);
  const isAtRest = () => pool.load.waiting === 0 && pool.load.idle === pool.load.total;
  for (let waited = 0; waited < 10_000 && !isAtRest(); waited += 100) await sleep(100);
  const unrest: string[] = [];
  if (!isAtRest()) unrest.push(`connections are not given back: ${JSON.stringify(pool.load)}`);
  const open = await past.rows<{ pid: number; state: string }>(
    cell,
    `select pid, state from pg_stat_activity where datname = current_database() and usename = 'bulkhead_app'
     and state <> 'idle'`,
  );
  for (const { pid, state } of open) unrest.push(`backend ${pid} is ${state}`);
  const settings = await Promise.all(
    Array.from({ length: 4 }, () =>
      pool.using(null, (connection) =>
        connection.query<{ left: string | null }>(
          `select concat(current_setting('app.current_account_id', true), current_setting('app.context_signature', true)) as left`,
        ),
      ),
    ),
  );
  for (const { rows } of settings) if (rows[0]?.left) unrest.push('a context is left on a connection');
  return unrest;
}
