// Runs every check of the project in order and prints how long each took. The last line is `N passed, N failed`, over the
// tests; a check that is no test (lint, types, arrows, build) counts as one. `--help` says how to run a part of it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const HELP = `npm test -- [options] [part or path …]

Without a part or path, runs everything.

  part      one of: types, unit, docs, db-types, openapi, client-size, client, arrows, lint, integration, system, processes, alone
  path      a test file, or a part of its path, in whichever ring it is: test/content, libs/access
  --bail    ends at the first part that fails, and a ring at its first failing file
  --help`;
const { values: options, positionals: wanted } = readArguments();
const reports = mkdtempSync(join(tmpdir(), 'bulkhead-reports-'));
// what operations answer in the tests is compared with what they declare
const problems = join(reports, 'problems');
mkdirSync(problems);
process.env.BULKHEAD_GIVEN_PROBLEMS = problems;
const bin = (path) => [process.execPath, `node_modules/${path}`];
const jest = (report, rings, ...more) => [
  ...bin('jest/bin/jest.js'),
  '--selectProjects',
  ...rings,
  '--json',
  `--outputFile=${join(reports, report)}`,
  ...(options.bail ? ['--bail'] : []),
  ...more,
];
const ring = (name, ...more) => jest(name, [name], ...more);

const node = (script, ...more) => [process.execPath, `scripts/${script}`, ...more];

const BUILD = ['build', [...bin('@nestjs/cli/bin/nest.js'), 'build', 'api']];
// each keeps one core busy: two of them at a time
const AT_ONCE = [
  // one file after the other: some of them change roles, which are the server's
  ['integration', ring('integration', '--runInBand')],
  ['types', [...bin('typescript/bin/tsc'), '--noEmit', '-p', '.']],
  ['unit', ring('unit', '--maxWorkers=1')],
  ['docs', node('generate-docs.mjs', '--check')],
  ['db-types', node('generate-database-types.mjs', '--check')],
  ['openapi', node('lint-openapi.mjs')],
  ['client-size', node('build-client.mjs')],
  ['client', node('generate-client.mjs', '--check')],
  ['arrows', [...bin('dependency-cruiser/bin/dependency-cruise.mjs'), 'libs', 'apps']],
  ['lint', [...bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.']],
];
const IN_ORDER = [
  // two at once: while one waits for the database, the other goes on
  ['system', ring('system', '--maxWorkers=2')],
  ['processes', ring('processes', '--maxWorkers=2')],
  ['alone', ring('alone', '--runInBand')],
];
// of all rings together
const PROBLEMS = ['problems', node('problems-given.mjs')];

const RINGS = ['unit', 'integration', 'system', 'processes', 'alone'];
const known = [...AT_ONCE, ...IN_ORDER].map(([name]) => name);
const paths = wanted.filter((one) => !known.includes(one));
const isWanted = ([name]) => !wanted.length || wanted.includes(name);

let [passed, failed] = [0, 0];
const times = [];
const started = performance.now();
await perform(BUILD, 'inherit');
const waiting = AT_ONCE.filter(isWanted);
const oneAfterAnother = async () => {
  for (let part = waiting.shift(); part && goesOn(); part = waiting.shift()) await perform(part, 'pipe');
};
await Promise.all([oneAfterAnother(), oneAfterAnother()]);
for (const part of IN_ORDER.filter(isWanted)) if (goesOn()) await perform(part, 'inherit');
if (paths.length && goesOn()) await perform(['paths', jest('paths', RINGS, '--', ...paths)], 'inherit');
if (!wanted.length && goesOn()) await perform(PROBLEMS, 'inherit');

rmSync(reports, { recursive: true });

console.log('\nTime of each part');
for (const [name, seconds] of times) console.log(`  ${name.padEnd(12)} ${seconds.toFixed(1).padStart(6)} s`);
console.log(`  ${'all'.padEnd(12)} ${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s\n`);
process.stdout.write(`${passed} passed, ${failed} failed\n`, () => process.exit(failed ? 1 : 0));

function goesOn() {
  return !(options.bail && failed);
}

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

function readArguments() {
  const flag = { type: 'boolean', default: false };
  try {
    const found = parseArgs({ options: { bail: flag, help: flag }, allowPositionals: true });
    if (found.values.help) {
      console.log(HELP);
      process.exit(0);
    }
    return found;
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}
