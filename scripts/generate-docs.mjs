// Writes docs/openapi.json, docs/errors.md, docs/promises.md, docs/roles.md, docs/schema.md and the catalogue of problems, from the code,
// the tests and a migrated database, and names the changes of docs/openapi.json that can break clients. `--check` writes nothing and
// fails where one of them is out of date.
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { asOperator } from '#libs/database';
import { breakingChanges, TestServer, World } from '#libs/testing';
import { createApp } from '../dist/apps/api/src/create-app.js';
import { errors, problemCatalogue } from './docs/errors.mjs';
import { promises } from './docs/promises.mjs';
import { roles } from './docs/roles.mjs';
import { schema } from './docs/schema.mjs';
import { read } from './docs/sources.mjs';

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
  'apps/api/src/pages/problem-catalogue.ts': problemCatalogue(),
  'docs/errors.md': errors(document),
  'docs/promises.md': promises(),
  'docs/roles.md': roles(),
  'docs/schema.md': tables,
};
const isCheck = process.argv.includes('--check');
const stale = Object.entries(pages).filter(([path, text]) => !existsSync(path) || read(path) !== text);
for (const [path, text] of stale) {
  if (isCheck) console.error(`${path} is out of date. Run: npm run docs`);
  else writeFileSync(path, text);
}
process.exit(isCheck && stale.length ? 1 : 0);

/** A file as it was committed last; undefined where it was not. */
function committed(path) {
  const { status, stdout } = spawnSync('git', ['show', `HEAD:${path}`], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  return status === 0 ? stdout : undefined;
}
