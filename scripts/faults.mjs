// Lets things go wrong beneath the running product and compares what its clients know with what is there; `--help` says how.
// The last line is `N passed, N failed`, over the scenarios.
import { parseArgs } from 'node:util';
import { TestServer, World } from '#libs/testing';
import { createApp } from '../dist/apps/api/src/create-app.js';
import { FaultWorld } from '../dist/libs/testing/src/faults/fault-world.js';
import { SCENARIOS } from '../dist/libs/testing/src/faults/scenarios.js';

const HELP = `npm run faults -- [options]

The process killed, PostgreSQL restarted, connections cut, the pool exhausted, the disk full, clocks off: while clients write,
keep a log of what was acknowledged, and repeat with the same Idempotency-Key what was not. Afterwards the log, the rows and the
audit entries are compared; any difference fails, and each scenario shows that it would have noticed a loss.

  --only <text>  scenarios whose name contains the text
  --help

The disk is a small one, mounted for the purpose: that scenario needs root on Linux.`;

const { only } = readOptions();
const scenarios = SCENARIOS.filter(({ name }) => name.includes(only));
const began = performance.now();
let [passed, failed] = [0, scenarios.length ? 0 : 1];
if (!scenarios.length) console.error(`No scenario has "${only}" in its name.`);
const server = await TestServer.start({ durable: true });
let faults;
let world;
try {
  const databases = await server.copyDatabases();
  world = await World.open((environment, given) => createApp(environment, given, true), {}, databases);
  const account = await world.emptyAccount('Faults');
  faults = new FaultWorld(server, world, account, new URL('./api-server.mjs', import.meta.url), databases.connections);
  await faults.startApi();
  for (const { name, run } of scenarios) {
    const started = performance.now();
    const { wrong, seen } = await run(faults).catch((error) => ({ wrong: [error.stack], seen: '' }));
    const seconds = ((performance.now() - started) / 1_000).toFixed(0);
    console.log(`${wrong.length ? '✗' : '✓'} ${name} (${seconds} s)${seen && `: ${seen}`}`);
    for (const line of wrong.slice(0, 8)) console.log(`    ${line}`);
    if (wrong.length > 8) console.log(`    … and ${wrong.length - 8} more`);
    if (wrong.length) failed += 1;
    else passed += 1;
  }
} catch (error) {
  console.error(error);
  failed += 1;
} finally {
  await faults?.close();
  await world?.close();
  await server.stop();
}
console.log(`\n${((performance.now() - began) / 1_000).toFixed(0)} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

function readOptions() {
  try {
    const { values } = parseArgs({
      options: { only: { type: 'string', default: '' }, help: { type: 'boolean', default: false } },
    });
    if (values.help) {
      console.log(HELP);
      process.exit(0);
    }
    return values;
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}
