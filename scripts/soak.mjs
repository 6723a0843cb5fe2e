// Lets the storm blow for minutes and watches the process: `npm run soak -- --minutes 10`. The last line is `N passed, N failed`,
// counted in requests; memory, connections and the process itself count as one failure each.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { TestServer, World } from '#libs/testing';
import { createApp } from '../dist/apps/api/src/create-app.js';
import { runSoak } from '../dist/libs/testing/src/soak/run-soak.js';

const { minutes, seed } = readOptions();
const server = await TestServer.start();
let world;
let [passed, failed] = [0, 1];
try {
  world = await World.open(
    (environment, given) => createApp(environment, given, true),
    {},
    await server.copyDatabases(),
  );
  const report = await runSoak(world, {
    minutes,
    seed,
    cell: 'eu-west-1',
    apiServer: new URL('./api-server.mjs', import.meta.url),
    tell: (line) => console.error(line),
  });
  const mebibytes = (bytes) => (bytes / 2 ** 20).toFixed(0);
  const every = Math.max(1, Math.floor(report.memory.length / 12));
  console.log('memory in MiB over time, of living objects after a collection / of the process');
  console.log(
    `  ${report.memory
      .filter((_, index) => index % every === 0)
      .map(({ used, resident }) => `${mebibytes(used)}/${mebibytes(resident)}`)
      .join('  ')}`,
  );
  console.log(`${report.requests} requests in ${minutes} minutes, at most ${report.connections} connections`);
  for (const line of report.wrong) console.log(`✗ ${line}`);
  failed = report.wrong.length;
  passed = report.requests - failed;
} catch (error) {
  console.error(error);
} finally {
  await world?.close();
  await server.stop();
}
console.log(`\nseed ${seed}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

function readOptions() {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    },
  });
  const [length, number] = [Number(values.minutes), Number(values.seed)];
  if (!(length > 0) || !Number.isSafeInteger(number)) {
    console.error('npm run soak -- [--minutes <n, default 10>] [--seed <number>]');
    process.exit(2);
  }
  return { minutes: length, seed: number };
}
