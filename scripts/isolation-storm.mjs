// Storms the running product with interleaved requests and faults; `--help` says how. The last line is `N passed, N failed`,
// counted in requests.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { PgBouncer, TestServer, World } from '#libs/testing';
import { createApp } from '../dist/apps/api/src/create-app.js';
import { runStorm } from '../dist/libs/testing/src/storm/run-storm.js';
import { leaksOfSessionSettings } from '../dist/libs/testing/src/storm/session-settings.js';
import { StormModule } from '../dist/libs/testing/src/storm/storm.module.js';

const HELP = `npm run isolation:storm -- [options]

50 accounts, a pool of 4 connections, a canary in every row. Five of a hundred requests are given up by their client, take too
long, fail in SQL, or lose their server process. Fails for any foreign canary, and for anything not at rest at the end. A
control run shows what a context set for the session would have leaked.

  --requests <n>  default 50000
  --pgbouncer     through the machine's pgbouncer in transaction mode: npm run isolation:storm:pgbouncer installs one
  --seed <number> draws everything; printed
  --help`;

const CELL = 'eu-west-1';
const options = readOptions();
const began = performance.now();
const server = await TestServer.start();
let pooler;
let world;
let failed = 1;
let passed = 0;
try {
  const databases = await server.copyDatabases();
  const target = databases.connections.cells.find(({ name }) => name === CELL);
  pooler = options.pgbouncer ? await PgBouncer.start(new URL(target.appUrl)) : undefined;
  const url = pooler ? pooler.through(target.appUrl) : target.appUrl;
  const cells = databases.connections.cells.map((cell) => (cell === target ? { ...cell, appUrl: url } : cell));
  world = await World.open(
    (environment, given) =>
      createApp(environment, { ...given, connections: { ...given.connections, cells } }, true, [StormModule]),
    { variables: { DATABASE_POOL_SIZE: '4', ...(pooler && { DATABASE_POOLER: 'transaction' }) } },
    databases,
  );
  const { requests, seed } = options;
  const report = await runStorm(world, {
    requests,
    seed,
    accounts: 50,
    cell: CELL,
    tell: (line) => console.error(line),
  });
  const control = await leaksOfSessionSettings(url, databases.connections, CELL, report.sailors, Boolean(pooler));
  const failures = [...report.failures];
  if (!control.foreign) failures.push('the control leaked nothing: a leak would not have been seen');
  print(report.answers);
  console.log(
    `\nControl, with the context set for the session: ${control.foreign} of ${control.asked} answers were another's.`,
  );
  for (const failure of failures.slice(0, 30)) console.log(`✗ ${failure}`);
  if (failures.length > 30) console.log(`… and ${failures.length - 30} more`);
  ({ passed } = report);
  failed = failures.length;
} catch (error) {
  console.error(error);
} finally {
  await world?.close();
  pooler?.stop();
  await server.stop();
}
console.log(`\nseed ${options.seed}, ${((performance.now() - began) / 1_000).toFixed(0)} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

function print(answers) {
  console.log('\nrequests, by kind and status');
  for (const [kind, statuses] of Object.entries(answers).sort(([one], [other]) => one.localeCompare(other))) {
    const counts = Object.entries(statuses).map(([status, count]) => `${status}: ${count}`);
    console.log(`  ${kind.padEnd(28)}${counts.join('  ')}`);
  }
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        requests: { type: 'string', default: '50000' },
        pgbouncer: { type: 'boolean', default: false },
        seed: { type: 'string', default: String(randomInt(2 ** 31)) },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(HELP);
      process.exit(0);
    }
    const [requests, seed] = [Number(values.requests), Number(values.seed)];
    if (!Number.isSafeInteger(requests) || requests < 1) throw new Error('--requests takes a whole number from 1.');
    if (!Number.isSafeInteger(seed)) throw new Error('--seed takes a whole number.');
    return { ...values, requests, seed };
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}
