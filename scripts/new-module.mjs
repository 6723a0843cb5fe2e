// Writes a module for a new tenant table: `npm run new:module briefs [brief]`. Its code, migration and tests are copies of
// test/isolation/example-module, which `npm test` lints, tests and proves; entity, permissions and wiring are written here.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';

const HELP = `npm run new:module <plural> [singular] [-- --files-only]

Writes a module with the operations list, create, show, change and delete for a new tenant table with workspace scope: its
migration, library, permissions, seed and tests, and its line in apps/api/src/app.module.ts. Then generates what follows from them (npm run
db:types, npm run docs, docs/surface), so that every check passes.

  plural        name of the table and of the path, one word in lower case, for example briefs
  singular      default the plural without its s
  --files-only  writes these files only`;
const EXAMPLE = 'test/isolation/example-module';
const MIGRATIONS = 'migrations/cell';
const ROLES = 'libs/roles/src/roles.permissions.ts';
const APP = 'apps/api/src/app.module.ts';
const BIOME = new URL('../node_modules/@biomejs/biome/bin/biome', import.meta.url).pathname;

const { plural, singular, filesOnly } = readArguments();
const Plural = capitalized(plural);
const library = `libs/${plural}`;
const test = `test/${plural}.e2e-spec.ts`;
for (const path of [library, test]) if (existsSync(path)) refuse(`${path} is there already. Choose another name.`);
for (const [path, pattern] of [
  ...readdirSync(MIGRATIONS).map((name) => [`${MIGRATIONS}/${name}`, new RegExp(`create table ${plural}\\b`)]),
  [ROLES, new RegExp(`'${plural}\\.`)],
])
  if (pattern.test(readFileSync(path, 'utf8'))) refuse(`${path} has ${plural} already. Choose another name.`);

const files = {
  ...Object.fromEntries(
    readdirSync(EXAMPLE)
      .filter((name) => /\.ts$/.test(name) && !/e2e-spec|^world\.ts$|entity/.test(name))
      .map((name) => [`${library}/src/${renamed(name)}`, renamed(example(name))]),
  ),
  [`${library}/src/${singular}.entity.ts`]: `import { TableRow } from '#libs/database';
import { Entity } from 'typeorm';

@Entity({ name: '${plural}' })
export class ${capitalized(singular)}Entity extends TableRow('${plural}') {}
`,
  [test]: renamed(example('notes.e2e-spec.ts')).replace("'./world.js'", "'./open-world.js'"),
  [`${MIGRATIONS}/${nextMigration()}-${plural}.sql`]: renamed(example('notes.sql')),
  [ROLES]: withLine(ROLES, /^ {2}'audit\.read': /m, permissionRows()),
  [APP]: withLine(
    APP,
    /^import \{ ContextModule/m,
    `import { ${Plural}Module } from '#libs/${plural}';\n`,
    withLine(APP, /^ {8}BillingModule\.forRoot/m, `        ${Plural}Module,\n`),
  ),
};
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(path);
}
// the longer or shorter name breaks lines elsewhere
run([process.execPath, BIOME, 'check', '--write', library, test, ROLES, APP]);
if (!filesOnly)
  for (const command of [
    ['npm', 'run', '-s', 'db:types'],
    ['npm', 'run', '-s', 'docs'],
    ['npm', 'run', '-s', 'isolation:prove', '--', '--review'],
  ])
    run(command);
console.log(`
Edit the columns: the migration first (it can still change), then ${library}/src/${plural}.views.ts, .bodies.ts and .service.ts.
After each change of the migration: npm run db:types && npm run docs.
Prove it: npm test, npm run isolation:prove -- --only ${plural}. Then review the difference of docs/surface.`);

function example(name) {
  return readFileSync(`${EXAMPLE}/${name}`, 'utf8');
}

/** Returns a text of the example under the new name; the example uses the permissions of datasets. */
function renamed(text) {
  const names = { notes: plural, Notes: Plural, NOTES: plural.toUpperCase() };
  const single = { note: singular, Note: capitalized(singular), NOTE: singular.toUpperCase() };
  return text
    .replace(/'datasets\.(read|write|delete)'/g, `'${plural}.$1'`)
    .replace(/notes|Notes|NOTES|note|Note|NOTE/g, (word) => names[word] ?? single[word]);
}

function permissionRows() {
  const row = (does, from, lets) =>
    `  '${plural}.${does}': { from: '${from}', lets: '${lets}', inside: 'workspace' },\n`;
  return [
    row('read', 'viewer', `Read ${plural}`),
    row('write', 'member', `Create and change ${plural}`),
    row('delete', 'developer', `Delete ${plural}`),
  ].join('');
}

/** Returns a file with lines inserted before the first match of a pattern. @param text of the file; default as it is on disk. */
function withLine(path, before, lines, text = readFileSync(path, 'utf8')) {
  const at = text.search(before);
  if (at < 0) refuse(`${path} has no ${before}, before which lines are to stand. Correct scripts/new-module.mjs.`);
  return text.slice(0, at) + lines + text.slice(at);
}

/** Returns the time in milliseconds, later than the newest migration. */
function nextMigration() {
  const newest = Math.max(...readdirSync(MIGRATIONS).map((name) => Number.parseInt(name, 10)));
  return Math.max(Date.now(), newest + 1);
}

function run([command, ...parameters]) {
  if (command === 'npm') console.log(`\n> ${[command, ...parameters].join(' ')}`);
  const { status } = spawnSync(command, parameters, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0)
    refuse(
      `"${[command, ...parameters].join(' ')}" failed. The files are written: correct the cause, and run this command.`,
    );
}

function readArguments() {
  const { values, positionals } = parseArgs({
    options: { 'files-only': { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [many, one = many?.replace(/s$/, ''), ...more] = positionals;
  if (values.help) {
    console.log(HELP);
    process.exit(0);
  }
  if (!many || more.length) refuse(HELP);
  for (const word of [many, one])
    if (!/^[a-z]{3,30}$/.test(word)) refuse(`"${word}" is not one word of 3 to 30 letters in lower case.`);
  if (many === one) refuse(`Give the singular of "${many}" as well: npm run new:module ${many} <singular>`);
  return { plural: many, singular: one, filesOnly: values['files-only'] };
}

function capitalized(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function refuse(words) {
  console.error(words);
  process.exit(2);
}
