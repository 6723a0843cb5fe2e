// Writes docs/openapi.json, docs/errors.md, docs/promises.md, docs/roles.md, docs/schema.md and the catalogue of problems, from the code,
// the tests and a migrated database, and names the changes of docs/openapi.json that can break clients. `--check` writes nothing and
// fails where one of them is out of date.
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { asOperator } from '#libs/database';
import { breakingChanges, TestServer, World } from '#libs/testing';
import { errors, problemCatalogue } from './docs/errors.mjs';
import { promises } from './docs/promises.mjs';
import { roles } from './docs/roles.mjs';
import { schema } from './docs/schema.mjs';
import { read } from './docs/sources.mjs';

const isCheck = process.argv.includes('--check');
// a source of the application, which explains its problems in the OpenAPI document
const catalogue = { 'apps/api/src/pages/problem-catalogue.ts': problemCatalogue() };
if (!isCheck && staleOf(catalogue).length) {
  write(catalogue);
  spawnSync('npm', ['run', '-s', 'build'], { stdio: 'ignore' });
}
const { createApp } = await import('../dist/apps/api/src/create-app.js');
const server = await TestServer.start();
const databases = await server.copyDatabases();
const world = await World.open((environment, found) => createApp(environment, found, true), {}, databases);
const { body: document } = await world.nobody.get('/openapi.json');
const tables = await schema((database, text, values) =>
  asOperator(databases.adminUrlOf(database), async (admin) => (await admin.query(text, values)).rows),
);
await world.close();
await server.stop();

for (const change of breakingChanges(JSON.parse(committed('docs/openapi.json') ?? '{"paths":{}}'), document))
  console.error(`breaking change: ${change}`);
const pages = {
  'docs/openapi.json': `${JSON.stringify(document, null, 2)}\n`,
  ...catalogue,
  'docs/errors.md': errors(document),
  'docs/promises.md': promises(),
  'docs/roles.md': roles(),
  'docs/schema.md': tables,
};
const stale = staleOf(pages);
if (isCheck) for (const path of stale) console.error(`${path} is out of date. Run: npm run docs`);
else write(pages);
process.exit(isCheck && stale.length ? 1 : 0);

function staleOf(texts) {
  return Object.keys(texts).filter((path) => !existsSync(path) || read(path) !== texts[path]);
}

function write(texts) {
  for (const path of staleOf(texts)) writeFileSync(path, texts[path]);
}

/** A file as it was committed last; undefined where it was not. */
function committed(path) {
  const { status, stdout } = spawnSync('git', ['show', `HEAD:${path}`], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  return status === 0 ? stdout : undefined;
}
