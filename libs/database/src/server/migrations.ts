import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { ConfigurationError } from '#libs/context';
import { contextKeyPads } from '../gate/context-signature.js';
import { catalogProblems } from './catalog-rules.js';
import { type Connections, contextKey, type DatabaseTarget } from './connections.js';
import { asOperator, type OperatorClient } from './operator-client.js';
import { assertSecretOf, keepFingerprint } from './secret-fingerprint.js';

/** The folder of SQL files: beside the sources when they run as they are, beside `dist` when they are compiled. */
export const MIGRATIONS: URL = findMigrations();

/** SQLSTATE of an object that is not there; a role, for example. */
const UNDEFINED_OBJECT = '42704';
const PROVISION_FIRST =
  'This version has new roles: run "bulkhead provision", or migrations/roles.sql as an administrator, before migrating';

/** One SQL file and whether a database has it. */
export interface MigrationState {
  readonly database: string;
  readonly file: string;
  readonly state: 'applied' | 'pending' | 'changed';
}

interface MigrationFile {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

function findMigrations(): URL {
  let folder = new URL('.', import.meta.url);
  for (let depth = 0; depth < 8; depth += 1, folder = new URL('..', folder)) {
    const candidate = new URL('migrations/', folder);
    if (existsSync(new URL('roles.sql', candidate))) return candidate;
  }
  throw new ConfigurationError(['The folder "migrations" is not beside the program. Deploy it together with dist.']);
}

async function filesFor(kind: 'directory' | 'cell'): Promise<MigrationFile[]> {
  const folder = new URL(`${kind}/`, MIGRATIONS);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      if (!/^\d{13}-[a-z0-9-]+\.sql$/.test(name))
        throw new ConfigurationError([`${name}: name migrations <13 digits>-<topic>.sql.`]);
      const sql = await readFile(new URL(name, folder), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function appliedIn(client: OperatorClient): Promise<Map<string, string>> {
  const { rows: found } = await client.query<{ there: boolean }>(
    "select to_regclass('app.migrations') is not null as there",
  );
  if (!found[0]?.there) return new Map();
  const { rows } = await client.query<{ name: string; checksum: string }>('select name, checksum from app.migrations');
  return new Map(rows.map((row) => [row.name, row.checksum]));
}

function compare(
  target: DatabaseTarget,
  files: readonly MigrationFile[],
  applied: ReadonlyMap<string, string>,
): MigrationState[] {
  return files.map(({ name, checksum }) => {
    const known = applied.get(name);
    const state = known === undefined ? 'pending' : known === checksum ? 'applied' : 'changed';
    return { database: target.name, file: name, state };
  });
}

/** The state of every migration, read as the application: it may see which migrations a database has. */
export async function migrationStates(target: DatabaseTarget): Promise<MigrationState[]> {
  return asOperator(target.appUrl, async (client) =>
    compare(target, await filesFor(target.kind), await appliedIn(client)),
  );
}

/**
 * Brings every database to the newest schema, each file in a transaction of its own, as the owner; one runner at a time.
 * At the end it installs the cell's name and context key, and fails where a tenant table is not protected.
 *
 * @returns the files applied now.
 * @throws {ConfigurationError} where a file was edited after it was applied, the catalog breaks a rule, or the secret is another
 * than the one that the installation was made with.
 */
export async function migrate(connections: Connections): Promise<MigrationState[]> {
  const { directory, secret } = connections;
  // before any: a migration also installs keys that derive from the secret
  if (directory.ownerUrl)
    await asOperator(directory.ownerUrl, async (owner) => {
      await owner.query('set role bulkhead_owner');
      await assertSecretOf(owner, secret);
    });
  const done = await Promise.all(
    [connections.directory, ...connections.cells].map((target) => migrateOne(target, connections)),
  );
  return done.flat();
}

async function migrateOne(target: DatabaseTarget, connections: Connections): Promise<MigrationState[]> {
  if (!target.ownerUrl) {
    throw new ConfigurationError([
      `The owner's URL of ${target.name} is not set. Set …_URL_OWNER for the time of the migration.`,
    ]);
  }
  const files = await filesFor(target.kind);
  return asOperator(target.ownerUrl, async (client) => {
    await client.query('set role bulkhead_owner');
    await client.query("select pg_advisory_lock(hashtextextended('bulkhead migrations', 0))");
    await client.query(`create schema if not exists app;
      create table if not exists app.migrations (
        name text primary key, checksum text not null, applied_at timestamptz not null default now());
      grant usage on schema app to bulkhead_app, bulkhead_directory, bulkhead_backup;
      grant select on app.migrations to bulkhead_app, bulkhead_directory`);
    const states = compare(target, files, await appliedIn(client));
    const changed = states.filter(({ state }) => state === 'changed');
    if (changed.length) {
      throw new ConfigurationError(
        changed.map(
          ({ file }) => `${file} was edited after it was applied to ${target.name}. Undo the edit and add a new file.`,
        ),
      );
    }
    const pending = files.filter((_, index) => states[index]?.state === 'pending');
    for (const file of pending) await apply(client, target, file);
    if (target.kind === 'cell') await installIdentity(client, target, connections);
    else await keepFingerprint(client, connections.secret);
    const problems = await catalogProblems(client, target.kind);
    if (problems.length) throw new ConfigurationError(problems.map((problem) => `${target.name}: ${problem}`));
    return pending.map(({ name }) => ({ database: target.name, file: name, state: 'applied' as const }));
  });
}

async function apply(client: OperatorClient, target: DatabaseTarget, file: MigrationFile): Promise<void> {
  await client.query('begin');
  try {
    await client.query(file.sql);
    await client.query('insert into app.migrations (name, checksum) values ($1, $2)', [file.name, file.checksum]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    const { message, code } = error as Error & { readonly code?: string };
    const remedy = code === UNDEFINED_OBJECT && /^role /.test(message) ? `. ${PROVISION_FIRST}` : '';
    throw new ConfigurationError([`Migration ${file.name} failed in ${target.name}: ${message}${remedy}`]);
  }
}

async function installIdentity(
  client: OperatorClient,
  target: DatabaseTarget,
  connections: Connections,
): Promise<void> {
  await client.query(`insert into app.cell (name, region) values ($1, $2) on conflict (only_one) do nothing`, [
    target.name,
    target.region,
  ]);
  const key = contextKey(connections.secret, target.name);
  const { inner, outer } = contextKeyPads(key.key);
  await client.query(
    `insert into app.context_keys (id, inner_key, outer_key) values ($1, $2, $3)
     on conflict (id) do update set inner_key = excluded.inner_key, outer_key = excluded.outer_key
     where context_keys.inner_key <> excluded.inner_key`,
    [key.id, inner, outer],
  );
}
