// Breaks each promise of docs/promises.json in the way that stands beside it, and runs the tests that carry its id: they have
// to fail. What was seen is written to docs/promises.held.json, from which docs/promises.md says `held`. With ids as
// parameters only those. Some minutes; the last line is `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { breakHash, editsOf } from './promise-breaks.mjs';

const HELD = 'docs/promises.held.json';
const promises = JSON.parse(readFileSync('docs/promises.json', 'utf8'));
const held = JSON.parse(readFileSync(HELD, 'utf8'));
const wanted = process.argv.slice(2);
const reports = mkdtempSync(join(tmpdir(), 'bulkhead-promises-'));

let [passed, failed] = [0, 0];
for (const [id, { brokenBy }] of Object.entries(promises)) {
  if (!brokenBy || (wanted.length && !wanted.includes(id))) continue;
  const began = performance.now();
  const test = failingTest(id, brokenBy);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  delete held[id];
  if (test) {
    passed += 1;
    held[id] = { brokenBy: breakHash(brokenBy), failed: test };
    console.log(`✓ ${id}: broken, and "${test}" failed (${seconds} s)`);
  } else {
    failed += 1;
    console.log(`✗ ${id}: broken, and no test with its id failed (${seconds} s)`);
  }
  const sorted = Object.fromEntries(Object.keys(promises).flatMap((key) => (held[key] ? [[key, held[key]]] : [])));
  writeFileSync(HELD, `${JSON.stringify(sorted, null, 2)}\n`);
}
rmSync(reports, { recursive: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

/** The title of the first test with the id that fails under the mutation; undefined where none does. */
function failingTest(id, brokenBy) {
  const report = join(reports, `${id}.json`);
  const mutation = { edits: editsOf(brokenBy), cellSql: brokenBy.sql ? [brokenBy.sql] : [] };
  spawnSync(
    process.execPath,
    [
      'node_modules/jest/bin/jest.js',
      '--forceExit',
      '--silent',
      '--json',
      `--outputFile=${report}`,
      '-t',
      id,
      '--selectProjects',
      'unit',
      'integration',
      'system',
      'processes',
      'alone',
      '--testPathPatterns',
      brokenBy.test,
    ],
    { env: { ...process.env, BULKHEAD_MUTATION: JSON.stringify(mutation) }, stdio: ['ignore', 'ignore', 'ignore'] },
  );
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  return results.find(({ status, fullName }) => status === 'failed' && fullName.includes(id))?.fullName;
}
