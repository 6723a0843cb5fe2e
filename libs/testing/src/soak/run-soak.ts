import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../statistics.js';
import { PastPolicies } from '../isolation/past-policies.js';
import { ServerProcess } from '../server-process.js';
import { drawFrom, shortenStatements, Storm } from '../storm/storm.js';
import { fillStorm } from '../storm/storm-world.js';
import type { World } from '../world.js';

/** How long, and on what. */
export interface SoakOptions {
  readonly minutes: number;
  readonly cell: string;
  readonly seed: number;
  /** `scripts/api-server.mjs` */
  readonly apiServer: URL;
  readonly tell: (line: string) => void;
}

/** What was seen. */
export interface SoakReport {
  readonly requests: number;
  /** Bytes of living objects after a collection, and of the whole process, every few seconds. */
  readonly memory: readonly { readonly used: number; readonly resident: number }[];
  /** Most connections to the cell for longer than a moment. */
  readonly connections: number;
  /** One line for everything that is wrong. */
  readonly wrong: readonly string[];
}

const POOL = 4;
const ACCOUNTS = 20;
/** Growth from the second third of the time to the last that is still flat. */
const FLAT = 1.1;

/**
 * Lets a storm blow for minutes on the API in a process of its own: the memory of its objects stays flat, no connection is
 * leaked, and no rejection goes unhandled (the process would end).
 */
export async function runSoak(world: World, options: SoakOptions): Promise<SoakReport> {
  const { minutes, cell, seed, apiServer, tell } = options;
  const past = new PastPolicies(world.databases);
  tell(`filling ${ACCOUNTS} accounts`);
  const sailors = await fillStorm(world, ACCOUNTS);
  await shortenStatements(past, cell);
  const api = await ServerProcess.startApi(
    apiServer,
    {
      connections: world.databases.connections,
      variables: { DATABASE_POOL_SIZE: String(POOL) },
      stormy: true,
    },
    { execArgv: ['--expose-gc'] },
  );
  const memory: { used: number; resident: number }[] = [];
  let connections = 0;
  const end = Date.now() + minutes * 60_000;
  const blows = () => Date.now() < end && api.isAlive;
  const storm = new Storm(api.port, past, cell, sailors, drawFrom(seed));
  // the world's own application, in this process, has none: its connections ended with the shorter timeout
  const connected = async () => {
    const [row] = await past.rows<{ count: number }>(
      cell,
      `select count(*)::int as count from pg_stat_activity where datname = current_database() and usename = 'bulkhead_app'`,
    );
    return row?.count ?? 0;
  };
  const watch = async () => {
    while (blows()) {
      await sleep(Math.min(5_000, minutes * 2_000));
      if (!blows()) return;
      memory.push(await api.memory());
      let count = await connected();
      // a connection that was discarded ends a moment after the next one has begun: what stays was leaked
      for (let look = 0; look < 3 && count > POOL; look += 1) {
        await sleep(1_000);
        count = Math.min(count, await connected());
      }
      connections = Math.max(connections, count);
    }
  };
  try {
    await Promise.all([storm.blow(blows, tell), watch()]);
    const wrong = [...storm.failures.slice(0, 20)];
    if (!api.isAlive) wrong.push('the process ended');
    if (connections > POOL) wrong.push(`there were ${connections} connections of a pool of ${POOL}`);
    const third = Math.floor(memory.length / 3);
    const used = memory.map((sample) => sample.used);
    const growth = median(used.slice(2 * third)) / median(used.slice(third, 2 * third));
    if (!(growth <= FLAT)) wrong.push(`memory is not flat: ${growth.toFixed(2)} from the second third to the last`);
    return { requests: storm.sent, memory, connections, wrong };
  } finally {
    await api.kill();
    await past.end();
  }
}
