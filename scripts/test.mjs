// Runs every check of the project in order and prints how long each took. The last line is `N passed, N failed`, over the
// tests; a check that is no test (lint, types, arrows, build) counts as one.
import { spawnSync } from 'node:child_process';
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

const PARTS = [
  ['lint', [...bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.']],
  ['types', [...bin('typescript/bin/tsc'), '--noEmit', '-p', '.']],
  ['arrows', [...bin('dependency-cruiser/bin/dependency-cruise.mjs'), 'libs', 'apps']],
  ['build', [...bin('@nestjs/cli/bin/nest.js'), 'build', 'api']],
  ['docs', [process.execPath, 'scripts/generate-docs.mjs', '--check']],
  ['openapi', [process.execPath, 'scripts/lint-openapi.mjs']],
  ['client', [process.execPath, 'scripts/generate-client.mjs', '--check']],
  ['client size', [process.execPath, 'scripts/build-client.mjs']],
  ['unit', ring('unit')],
  ['integration', ring('integration')],
  // two at once: while one waits for the database, the other goes on
  ['system', ring('system', '--maxWorkers=2')],
  ['alone', ring('alone', '--runInBand')],
  ['problems', [process.execPath, 'scripts/problems-given.mjs']],
];

let [passed, failed] = [0, 0];
const times = [];
for (const [name, [command, ...parameters]] of PARTS) {
  const began = performance.now();
  console.log(`\n── ${name}`);
  const { status } = spawnSync(command, parameters, { stdio: 'inherit' });
  times.push([name, (performance.now() - began) / 1000]);
  const report = readReport(name);
  if (report) {
    passed += report.numPassedTests;
    // a file that could not be loaded has no test of its own to fail
    failed += Math.max(report.numFailedTests + report.numRuntimeErrorTestSuites, status === 0 ? 0 : 1);
  } else if (status === 0) passed += 1;
  else failed += 1;
}
rmSync(reports, { recursive: true });

console.log('\nTime of each part');
for (const [name, seconds] of times) console.log(`  ${name.padEnd(12)} ${seconds.toFixed(1).padStart(6)} s`);
console.log(
  `  ${'all'.padEnd(12)} ${times
    .reduce((sum, [, seconds]) => sum + seconds, 0)
    .toFixed(1)
    .padStart(6)} s\n`,
);
process.stdout.write(`${passed} passed, ${failed} failed\n`, () => process.exit(failed ? 1 : 0));

function readReport(name) {
  try {
    return JSON.parse(readFileSync(join(reports, name), 'utf8'));
  } catch {
    return undefined;
  }
}
