// Writes what TypeScript knows of the databases, from their catalogs after every migration: the tables of a cell
// (`libs/database/src/schema/cell-tables.gen.ts`) and the functions of the directory (`directory-functions.gen.ts` beside it). Run it
// after a migration, before the code that uses it. `--check` writes nothing and fails where a file is out of date.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { asOperator } from '#libs/database';
import { TestServer } from '#libs/testing';
import { cellTables } from './types/cell-tables.mjs';
import { directoryFunctions } from './types/directory-functions.mjs';

const server = await TestServer.start();
const databases = await server.copyDatabases();
const queryIn = (database) => (text, values) =>
  asOperator(databases.adminUrlOf(database), async (admin) => (await admin.query(text, values)).rows);
const files = await generate().finally(() => server.stop());

const isCheck = process.argv.includes('--check');
const stale = Object.entries(files).filter(([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text);
for (const [path, text] of stale) {
  if (isCheck) console.error(`${path} is out of date. Run: npm run db:types`);
  else writeFileSync(path, text);
}
process.exit(isCheck && stale.length ? 1 : 0);

async function generate() {
  return {
    'libs/database/src/schema/cell-tables.gen.ts': await cellTables(queryIn('eu-west-1')),
    'libs/database/src/schema/directory-functions.gen.ts': await directoryFunctions(queryIn('directory')),
  };
}
