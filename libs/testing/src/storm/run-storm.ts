import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cells } from '#libs/database';
import { PastPolicies } from '../isolation/past-policies.js';
import type { World } from '../world.js';
import { nextRequest, type StormRequest } from './storm-requests.js';
import { fillStorm, type Sailor, strangerIn } from './storm-world.js';

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

interface Answer {
  readonly status: number;
  readonly text: string;
}

const AT_ONCE = 24;
/** Calm requests that may be answered 503 because a neighbour's fault took their connection, of a hundred. */
const UNLUCKY = 5;
const STATEMENT_TIMEOUT = '400ms';

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
    const storm = new Storm(world, past, cell, sailors, drawFrom(seed));
    await storm.blow(requests, tell);
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

class Storm {
  readonly failures: string[] = [];
  readonly answers: Record<string, Record<string, number>> = {};
  unlucky = 0;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  private readonly port: number;

  constructor(
    world: World,
    private readonly past: PastPolicies,
    private readonly cell: string,
    private readonly sailors: readonly Sailor[],
    private readonly draw: (below: number) => number,
  ) {
    this.port = (world.app.getHttpServer().address() as AddressInfo).port;
  }

  async blow(requests: number, tell: (line: string) => void): Promise<void> {
    let [sent, told] = [0, performance.now()];
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (sent < requests) {
          sent += 1;
          await this.meet(nextRequest(this.sailors, this.draw));
          if (performance.now() - told < 5_000) continue;
          told = performance.now();
          tell(`${sent} of ${requests} requests, ${this.failures.length} failed`);
        }
      }),
    );
    this.agent.destroy();
  }

  private async meet(asked: StormRequest): Promise<void> {
    const killing = asked.fault === 'killed' ? this.killSomebody() : undefined;
    const answer = await this.send(asked).catch((error: Error) => error);
    await killing;
    const failure = this.judge(asked, answer);
    if (failure) this.failures.push(`${asked.kind}: ${failure}`);
    const status = answer instanceof Error ? 'lost' : String(answer.status);
    const kind = asked.fault === 'aborted' ? 'hung up' : asked.kind;
    this.answers[kind] ??= {};
    this.answers[kind][status] = (this.answers[kind][status] ?? 0) + 1;
  }

  private judge(asked: StormRequest, answer: Answer | Error): string | undefined {
    if (answer instanceof Error) return asked.fault === 'aborted' ? undefined : `no answer: ${answer.message}`;
    const stranger = strangerIn(answer.text, asked.sailor, asked.within, asked.holdsRows && answer.status < 300);
    if (stranger) return stranger;
    if (answer.status === asked.status) return undefined;
    // its connection was another one's that was killed, or it waited behind those that took too long
    if (answer.status === 503) {
      if (asked.fault === 'none') this.unlucky += 1;
      return undefined;
    }
    return `answered ${answer.status} in place of ${asked.status}: ${answer.text.slice(0, 300)}`;
  }

  private send({ method, path, body, headers, sailor, fault }: StormRequest): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          agent: this.agent,
          host: '127.0.0.1',
          port: this.port,
          method,
          path,
          headers: {
            ...headers,
            authorization: `Bearer ${sailor.token}`,
            ...(text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          },
        },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part) => parts.push(part));
          answer.on('error', reject);
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() }));
        },
      );
      sent.on('error', reject);
      sent.end(text);
      if (fault === 'aborted') setTimeout(() => sent.destroy(new Error('hung up')), this.draw(30));
    });
  }

  private async killSomebody(): Promise<void> {
    await sleep(this.draw(10));
    await this.past.rows(
      this.cell,
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and usename = 'bulkhead_app' order by random() limit 1`,
    );
  }
}

async function shortenStatements(past: PastPolicies, cell: string): Promise<void> {
  const [row] = await past.rows<{ name: string }>(cell, 'select current_database() as name');
  await past.rows(
    cell,
    `alter role bulkhead_app in database ${row?.name} set statement_timeout = '${STATEMENT_TIMEOUT}'`,
  );
  // what is connected already has the longer one
  await past.rows(
    cell,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'bulkhead_app'`,
  );
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

/** Numbers below a bound, the same for the same seed (mulberry32). */
function drawFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
