// Measures what isolation costs; `--help` says how. It prints figures and exits with 0 whatever they are.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createApp } from '../dist/apps/api/src/create-app.js';
import { runBench } from '../dist/libs/testing/src/bench/run-bench.js';

const HELP = `npm run bench -- [options]

Loads accounts of 1 000 documents once, then compares arms in shuffled, interleaved rounds: ratios, with a control that
compares an arm with itself. What is nearer to 1 than the control wanders means nothing.

  --accounts <n>  accounts of the large cell, default 1000; the design speaks of 10000 (10 M documents, some 7 GB)
  --rounds <n>    default 15
  --entries <n>   entries of the account whose trail is searched, default 0: none; the design speaks of 10000000, some 10 GB
  --data <folder> where the databases are kept and found again, default ${join(tmpdir(), 'bulkhead-bench')}
  --json          an array of { name, ratio, control, rounds, … } in place of the table
  --help`;

const options = readOptions();
const began = performance.now();
const { figures, profiles } = await runBench({
  folder: options.data,
  size: { large: options.accounts, small: 10 },
  rounds: options.rounds,
  entries: options.entries,
  milliseconds: 400,
  build: (environment, databases) => createApp(environment, databases, true),
  apiServer: new URL('./api-server.mjs', import.meta.url),
  tell: (line) => console.error(line),
});
if (options.json) console.log(JSON.stringify([...figures, ...profileFigures()], null, 1));
else printTable();
process.exit(0);

function printTable() {
  const number = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(2));
  console.log(`\n${'figure'.padEnd(28)}${'ratio'.padStart(8)}${'10–90 %'.padStart(16)}${'control'.padStart(9)}   aim`);
  for (const { name, ratio, spread, control, aim, unit } of figures) {
    const goal = aim ? `${aim.at === 'least' ? '≥' : '≤'} ${aim.value}` : '';
    const reached =
      aim && (aim.at === 'least' ? ratio >= aim.value : ratio <= aim.value) ? 'reached' : aim ? 'missed' : '';
    const range = spread[0] === spread[1] ? '' : `${number(spread[0])} – ${number(spread[1])}`;
    console.log(
      `${name.padEnd(28)}${number(ratio).padStart(8)}${range.padStart(16)}${number(control).padStart(9)}   ${[goal, reached, unit].filter(Boolean).join(' ')}`,
    );
  }
  for (const [operation, shares] of Object.entries(profiles)) {
    console.log(`\nWhere the API's processor time goes, ${operation}`);
    for (const [place, share] of Object.entries(shares))
      console.log(`  ${(share * 100).toFixed(1).padStart(5)} %  ${place}`);
  }
  console.log(`\n${options.rounds} rounds, ${((performance.now() - began) / 1_000).toFixed(0)} s`);
}

function profileFigures() {
  return Object.entries(profiles).flatMap(([operation, shares]) =>
    Object.entries(shares).map(([place, ratio]) => ({
      name: `profile-${operation}: ${place}`,
      ratio,
      control: 1,
      rounds: 1,
      unit: 'share of processor time',
    })),
  );
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        accounts: { type: 'string', default: '1000' },
        rounds: { type: 'string', default: '15' },
        entries: { type: 'string', default: '0' },
        data: { type: 'string', default: join(tmpdir(), 'bulkhead-bench') },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(HELP);
      process.exit(0);
    }
    const [accounts, rounds, entries] = [Number(values.accounts), Number(values.rounds), Number(values.entries)];
    if (!Number.isSafeInteger(entries) || entries < 0) throw new Error('--entries takes a whole number.');
    if (!Number.isSafeInteger(accounts) || accounts < 1 || accounts > 10_000)
      throw new Error('--accounts takes a whole number from 1 to 10000.');
    if (!Number.isSafeInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number from 1.');
    return { ...values, accounts, rounds, entries };
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}
