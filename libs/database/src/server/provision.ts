import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Connections, type LoginRole, rolePassword } from './connections.js';
import { asOperator, type OperatorClient } from './operator-client.js';
import { MIGRATIONS } from './migrations.js';
import { assertSecretOfInstallation } from './secret-fingerprint.js';

const LOGIN_ROLES: readonly LoginRole[] = [
  'bulkhead_migrator',
  'bulkhead_app',
  'bulkhead_directory',
  'bulkhead_operator',
  'bulkhead_worker',
  'bulkhead_recorder',
  'bulkhead_backup',
];

/** Statements that only a superuser may run; on a managed server `doctor` names what is missing. */
const AS_SUPERUSER = [
  // where everybody may connect, the application's role could end the sessions of its siblings: functions are revoked by database
  'revoke connect on database postgres, template1 from public',
  // a literal or a parameter in the server's log could be a signed context
  'alter role bulkhead_app set log_parameter_max_length = 0',
  'alter role bulkhead_app set log_parameter_max_length_on_error = 0',
];

/**
 * Makes roles and databases on a server, as its administrator. What is there already is brought to the wanted state, so it
 * can be run again.
 *
 * @param adminUrl a superuser's, or of a role with CREATEROLE and CREATEDB.
 * @throws {ConfigurationError} where the installation was made with another secret; nothing was changed.
 */
export async function provision(adminUrl: string, connections: Connections): Promise<void> {
  await assertSecretOfInstallation(adminUrl, connections);
  const superuser = await asOperator(adminUrl, async (admin) => {
    const superuser = await isSuperuser(admin);
    await admin.query(await readFile(new URL('roles.sql', MIGRATIONS), 'utf8'));
    await setPasswords(admin, connections.secret);
    if (superuser) for (const statement of AS_SUPERUSER) await admin.query(statement);
    else await admin.query('grant bulkhead_owner to current_user');
    for (const target of [connections.directory, ...connections.cells]) {
      await createDatabase(
        admin,
        databaseOf(target.appUrl),
        target.kind === 'directory' ? 'bulkhead_directory' : 'bulkhead_app',
      );
    }
    return superuser;
  });
  for (const target of [connections.directory, ...connections.cells]) {
    const url = new URL(adminUrl);
    url.pathname = `/${databaseOf(target.appUrl)}`;
    await asOperator(url.href, (admin) => prepareDatabase(admin, superuser));
  }
}

function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

async function isSuperuser(admin: OperatorClient): Promise<boolean> {
  const { rows } = await admin.query<{ rolsuper: boolean }>(
    'select rolsuper from pg_roles where rolname = current_user',
  );
  return rows[0]?.rolsuper ?? false;
}

async function setPasswords(admin: OperatorClient, secret: KeyObject): Promise<void> {
  for (const role of LOGIN_ROLES) {
    // utility statements take no parameters; format() quotes
    const { rows } = await admin.query<{ sql: string }>(
      "select format('alter role %I password %L', $1::text, $2::text) as sql",
      [role, rolePassword(secret, role)],
    );
    await admin.query(rows[0]?.sql ?? '');
  }
}

/** Makes a database for one target, owned by `bulkhead_owner` and open to the roles that need it; leaves one that is there. */
export async function createDatabase(
  admin: OperatorClient,
  name: string,
  appRole: LoginRole,
  template = 'template1',
): Promise<void> {
  const operatorRoles = appRole === 'bulkhead_directory' ? ['bulkhead_operator'] : [];
  const { rows } = await admin.query<{ sql: string | null; grants: string }>(
    `select case when not exists (select from pg_database where datname = $1)
         then format('create database %I owner bulkhead_owner template %I', $1::text, $3::text) end as sql,
       format('revoke all on database %1$I from public; grant connect on database %1$I to bulkhead_migrator, bulkhead_worker, bulkhead_recorder, bulkhead_backup, %2$s',
         $1::text, (select string_agg(quote_ident(role), ', ') from unnest($2::text[]) role)) as grants`,
    [name, [appRole, ...operatorRoles], template],
  );
  if (rows[0]?.sql) await admin.query(rows[0].sql);
  await admin.query(rows[0]?.grants ?? '');
}

async function prepareDatabase(admin: OperatorClient, superuser: boolean): Promise<void> {
  // who is no superuser may not take functions of the server away; `doctor` names what is open then
  if (superuser) await admin.query(await readFile(new URL('database.sql', MIGRATIONS), 'utf8'));
  else await admin.query('revoke all on schema public from public');
}
