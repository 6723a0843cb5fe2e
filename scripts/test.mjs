// Runs every check of the project in order and prints how long each took. The last line is `N passed, N failed`, over the
// tests; a check that is no test (lint, types, arrows, build) counts as one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const reports = mkdtempSync(join(tmpdir(), 'bulkhead-reports-'));
// what operations answer in the tests is compared with what they declare
const problems = join(reports, 'problems');
mkdirSync(problems);
process.env.BULKHEAD_GIVEN_PROBLEMS = problems;
const bin = (path) => [process.execPath, `node_modules/${path}`];
const ring = (name, ...more) => [
  ...bin('jest/bin/jest.js'),
  '--selectProjects',
  name,
  '--json',
  `--outputFile=${join(reports, name)}`,
  ...more,
];

const node = (script, ...more) => [process.execPath, `scripts/${script}`, ...more];

const BUILD = ['build', [...bin('@nestjs/cli/bin/nest.js'), 'build', 'api']];
// they need no database of the run, and each keeps one core busy
const AT_ONCE = [
  ['types', [...bin('typescript/bin/tsc'), '--noEmit', '-p', '.']],
  ['unit', ring('unit', '--maxWorkers=1')],
  ['docs', node('generate-docs.mjs', '--check')],
  ['db types', node('generate-database-types.mjs', '--check')],
  ['openapi', node('lint-openapi.mjs')],
  ['client size', node('build-client.mjs')],
  ['client', node('generate-client.mjs', '--check')],
  ['arrows', [...bin('dependency-cruiser/bin/dependency-cruise.mjs'), 'libs', 'apps']],
  ['lint', [...bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.']],
];
const IN_ORDER = [
  // two at once: while one waits for the database, the other goes on
  ['integration', ring('integration', '--maxWorkers=2')],
  ['system', ring('system', '--maxWorkers=2')],
  ['processes', ring('processes', '--maxWorkers=2')],
  ['alone', ring('alone', '--runInBand')],
  ['problems', node('problems-given.mjs')],
];

let [passed, failed] = [0, 0];
const times = [];
const started = performance.now();
await perform(BUILD, 'inherit');
const waiting = [...AT_ONCE];
const oneAfterAnother = async () => {
  for (let part = waiting.shift(); part; part = waiting.shift()) await perform(part, 'pipe');
};
await Promise.all([oneAfterAnother(), oneAfterAnother()]);
for (const part of IN_ORDER) await perform(part, 'inherit');

rmSync(reports, { recursive: true });

console.log('\nTime of each part');
for (const [name, seconds] of times) console.log(`  ${name.padEnd(12)} ${seconds.toFixed(1).padStart(6)} s`);
console.log(`  ${'all'.padEnd(12)} ${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s\n`);
process.stdout.write(`${passed} passed, ${failed} failed\n`, () => process.exit(failed ? 1 : 0));

/** Performs a part and counts its tests. @param output `pipe` shows what it prints at its end, so that parts at once do not mix. */
async function perform([name, [command, ...parameters]], output) {
  const began = performance.now();
  if (output === 'inherit') console.log(`\n── ${name}`);
  const child = spawn(command, parameters, { stdio: ['ignore', output, output] });
  const printed = [];
  child.stdout?.on('data', (data) => printed.push(data));
  child.stderr?.on('data', (data) => printed.push(data));
  const [status] = await once(child, 'close');
  if (output === 'pipe') process.stdout.write(`\n── ${name}\n${Buffer.concat(printed)}`);
  times.push([name, (performance.now() - began) / 1000]);
  const report = readReport(name);
  if (report) {
    passed += report.numPassedTests;
    // a file that could not be loaded has no test of its own to fail
    failed += Math.max(report.numFailedTests + report.numRuntimeErrorTestSuites, status === 0 ? 0 : 1);
  } else if (status === 0) passed += 1;
  else failed += 1;
}

function readReport(name) {
  try {
    return JSON.parse(readFileSync(join(reports, name), 'utf8'));
  } catch {
    return undefined;
  }
}
