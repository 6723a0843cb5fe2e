// Proves on the running product that tenants are separate; `--help` says how. The last line is `N passed, N failed`.
import { randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { sentence } from '#libs/testing';
import { mutate } from './mutate.mjs';
import { proveInParallel } from './prove-in-parallel.mjs';

const HELP = `npm run isolation:prove -- [options]

Starts a PostgreSQL and the product on it, a process for each core, reads the OpenAPI document and the catalogs, and attacks every
operation and table.

  --only <text>    operations and tables whose name contains the text, for example "POST /v1/documents"
  --quick          the strongest role attacks alone
  --seed <number>  draws the order of operations; printed, so that a run can be repeated
  --json           one JSON document in place of the table
  --review         attacks nothing, and writes what everything allows to docs/surface for a review of the difference; not with --only
  --mutate         takes each guard away in turn and says what notices it; with --only those whose name or kind has the text
  --help`;
const PARTS = ['cell', 'directory', 'operations'];
const surfaceFile = (part) => new URL(`../docs/surface/${part}.txt`, import.meta.url);

const options = readOptions();
const began = performance.now();
const seconds = () => Number(((performance.now() - began) / 1000).toFixed(1));
const { passed, failed } = await (options.mutate ? proveByMutation() : proveProduct()).catch((error) => {
  console.error(error.stack);
  return { passed: 0, failed: 1 };
});
// a pipe may take the table later than we end: the last line is waited for, and what came before it with it
const last = options.json ? '' : `${passed} passed, ${failed} failed\n`;
process.stdout.write(last, () => process.exit(failed || !passed ? 1 : 0));

async function proveProduct() {
  const { only, quick, seed = randomInt(2 ** 31), review, json } = options;
  const { report, surface } = await proveInParallel(
    {
      only,
      seed,
      roles: quick ? 'strongest' : 'every',
      ...(review && { without: ['http', 'row', 'sql'] }),
      // what is being written down now has not been reviewed
      reviewed: review ? undefined : Object.fromEntries(PARTS.map((part) => [part, readSurface(part)])),
    },
    ({ done, tasks, name }) => console.error(`${seconds()} s: ${done} of ${tasks} tasks, ${name.slice(0, 120)}`),
  );
  if (review) for (const part of PARTS) writeFileSync(surfaceFile(part), `${surface[part].join('\n')}\n`);
  if (json) console.log(JSON.stringify({ seed, seconds: seconds(), checks: report.checks }));
  else {
    console.log(`\n${report.table()}\n`);
    // leaks first: what could not be exercised is often their consequence
    const isBlocked = ({ failure }) => failure.startsWith('cannot be exercised');
    for (const failure of [...report.failures].sort((one, other) => isBlocked(one) - isBlocked(other)))
      tell(failure, seed);
    if (only)
      console.log('Not asked with --only: the catalogs and the reviewed surface, the directory, authority gone stale.');
    if (review) console.log('Written, for a review of the difference: docs/surface/{cell,directory,operations}.txt');
    console.log(`\nseed ${seed}, ${seconds()} s`);
  }
  return { passed: report.passed, failed: report.failures.length };
}

/** One failure: the operation, what is wrong, the stack where there is one, and how to see it again. */
function tell(failure, seed) {
  console.log(`✗ ${sentence(failure)}`);
  if (failure.stack) console.log(failure.stack.replace(/^/gm, '    '));
  const again = failure.kind === 'http' ? `-- --only "${failure.subject}" --seed ${seed}` : `-- --seed ${seed}`;
  console.log(`    again: npm run isolation:prove ${again}`);
}

async function proveByMutation() {
  const verdicts = [];
  await mutate(options.only ?? '', (verdict) => {
    verdicts.push(verdict);
    const { noticed, family, name, must, words, seconds: took } = verdict;
    const time = took === undefined ? '' : ` (${took.toFixed(1)} s)`;
    if (!options.json)
      console.log(
        `${noticed ? '✓' : '✗'} ${family}: ${name}${time}\n    must: ${must}; noticed by ${words.slice(0, 220)}`,
      );
  });
  const failed = verdicts.filter(({ noticed }) => !noticed);
  if (options.json) console.log(JSON.stringify({ seconds: seconds(), verdicts }));
  else {
    if (failed.length) console.log('\nNot noticed:');
    for (const { family, name } of failed) console.log(`✗ ${family}: ${name}`);
    if (!verdicts.length) console.log(`No guard has "${options.only}" in its name or kind.`);
    console.log(`\n${seconds()} s`);
  }
  return { passed: verdicts.length - failed.length, failed: failed.length };
}

function readSurface(part) {
  return readFileSync(surfaceFile(part), 'utf8').split('\n').filter(Boolean);
}

function readOptions() {
  const flag = { type: 'boolean', default: false };
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string' },
        seed: { type: 'string' },
        quick: flag,
        json: flag,
        review: flag,
        mutate: flag,
        help: flag,
      },
    });
    if (values.help) {
      console.log(HELP);
      process.exit(0);
    }
    const seed = values.seed === undefined ? undefined : Number(values.seed);
    if (seed !== undefined && !Number.isSafeInteger(seed)) throw new Error('--seed takes a whole number.');
    if (values.review && values.only) throw new Error('--review writes down everything. Leave out --only.');
    return { ...values, seed };
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}
