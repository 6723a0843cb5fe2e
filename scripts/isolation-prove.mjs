// Proves on the running product that tenants are separate; `--help` says how. The last line is `N passed, N failed`.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { proveIsolation, sentence, TestServer, World } from '#libs/testing';
import { createApp } from '../dist/apps/api/src/create-app.js';

const HELP = `npm run isolation:prove -- [options]

Starts a PostgreSQL and the product on it, reads the OpenAPI document and the catalogs, and attacks every operation and table.

  --only <text>    operations and tables whose name contains the text, for example "POST /v1/documents"
  --quick          the strongest role attacks alone; in npm test
  --seed <number>  draws the order of operations; printed, so that a run can be repeated
  --json           one JSON document in place of the table
  --mutate         takes each guard away in turn and says what notices it; with --only those whose name or kind has the text
  --review         writes what everything allows to docs/surface, for a review of the difference
  --help`;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false },
    mutate: { type: 'boolean', default: false },
    review: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(HELP);
  process.exit(0);
}
if (options.mutate) {
  const { mutate } = await import('./mutate.mjs');
  const verdicts = [];
  const began = performance.now();
  await mutate(options.only ?? '', (verdict) => {
    verdicts.push(verdict);
    const { noticed, family, name, must, words } = verdict;
    if (!options.json)
      console.log(`${noticed ? '✓' : '✗'} ${family}: ${name}\n    must: ${must}; noticed by ${words.slice(0, 220)}`);
  });
  const failed = verdicts.filter(({ noticed }) => !noticed);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  if (options.json) console.log(JSON.stringify({ seconds: Number(seconds), verdicts }));
  else {
    console.log(failed.length ? '\nNot noticed:' : '');
    for (const { family, name } of failed) console.log(`✗ ${family}: ${name}`);
    console.log(`\n${seconds} s`);
    console.log(`${verdicts.length - failed.length} passed, ${failed.length} failed`);
  }
  process.exit(failed.length || !verdicts.length ? 1 : 0);
}
const surfaceFile = (part) => new URL(`../docs/surface/${part}.txt`, import.meta.url);
const PARTS = ['cell', 'directory', 'operations'];
const lines = (text) => text.split('\n').filter(Boolean);

const began = performance.now();
const server = await TestServer.start();
let world;
try {
  world = await World.open(
    (environment, databases) => createApp(environment, databases, true),
    {},
    await server.copyDatabases(),
  );
  let done = 0;
  const progress = () => {
    done += 1;
    if (!options.json && process.stderr.isTTY && done % 50 === 0) process.stderr.write(`\r${done} checks`);
  };
  const { report, surface } = await proveIsolation(world, {
    only: options.only,
    roles: options.quick ? 'strongest' : 'every',
    seed: options.seed === undefined ? undefined : Number(options.seed),
    reviewed: Object.fromEntries(PARTS.map((part) => [part, lines(readFileSync(surfaceFile(part), 'utf8'))])),
    progress,
  });
  if (options.review) for (const part of PARTS) writeFileSync(surfaceFile(part), `${surface[part].join('\n')}\n`);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  if (options.json) console.log(JSON.stringify({ seed: report.seed, seconds: Number(seconds), checks: report.checks }));
  else {
    console.log(`\n${report.table()}\n`);
    for (const failure of report.failures) console.log(`✗ ${sentence(failure)}`);
    console.log(`\nseed ${report.seed}, ${seconds} s`);
    console.log(`${report.passed} passed, ${report.failures.length} failed`);
  }
  process.exitCode = report.failures.length ? 1 : 0;
} finally {
  await world?.close();
  await server.stop();
}
