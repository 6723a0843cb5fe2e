import type { KeyObject } from 'node:crypto';
import type { DatabaseTarget } from './connections.js';
import { asOperator, type OperatorClient } from './operator-client.js';
import { migrationStates } from './migrations.js';
import { secretProblems } from './secret-fingerprint.js';

/** Oldest minor releases without known holes in row-level security (CVE-2026-120154, CVE-2026-14666). */
const FLOOR: Readonly<Record<number, number>> = { 15: 20, 16: 16, 17: 12, 18: 6 };
/** Signatures last 10 s; a clock further off than this would reject them under load. */
const MAX_SKEW_MS = 5_000;

/** What a look at one database as the application found. */
export interface BootReport {
  readonly database: string;
  /** The process must not serve with these. */
  readonly problems: readonly string[];
  /** It may, and someone should know. */
  readonly warnings: readonly string[];
}

/**
 * Looks at a database as each role that a process of the product signs in as: could it bypass a policy, is the server old, are the clocks
 * apart, are migrations missing, is this the cell that was asked for, is the secret the one that everything here derives from.
 *
 * @param embedded the embedded server may be older than the floor: it is for trying, developing and testing.
 */
export async function bootCheck(target: DatabaseTarget, secret: KeyObject, embedded: boolean): Promise<BootReport> {
  const problems: string[] = [];
  const warnings: string[] = [];
  await asOperator(target.appUrl, async (client) => {
    problems.push(...(await roleProblems(client, 'serves')), ...(await clockProblems(client)));
    if (target.kind === 'cell') problems.push(...(await cellProblems(client, target)));
    else problems.push(...(await secretProblems(client, secret)));
    (embedded ? warnings : problems).push(...(await versionProblems(client)));
    warnings.push(...(await serverWarnings(client)));
  });
  const { workerUrl, recorderUrl, operatorUrl, ownerUrl } = target;
  for (const [url, duty] of [
    [workerUrl, 'serves'],
    [recorderUrl, 'serves'],
    [operatorUrl, 'operates'],
    [ownerUrl, 'migrates'],
  ] as const)
    if (url) problems.push(...(await asOperator(url, (client) => roleProblems(client, duty))));
  const states = await migrationStates(target);
  const missing = states.filter(({ state }) => state !== 'applied');
  if (missing.length) {
    problems.push(
      `${missing.length} migrations are not applied or were edited, first ${missing[0]?.file}. Run: bulkhead migrate up`,
    );
  }
  return { database: target.name, problems: problems.map((text) => `${target.name}: ${text}`), warnings };
}

/**
 * What a role could do that it must not. One that operates is a member of the directory's role; one that migrates is a member of the
 * owner, and owns through it.
 */
async function roleProblems(client: OperatorClient, duty: 'serves' | 'operates' | 'migrates'): Promise<string[]> {
  const { rows } = await client.query<{
    role: string;
    powers: string | null;
    memberships: string | null;
    owned: string | null;
    naked: string | null;
  }>(
    `select current_user as role,
      (select concat_ws(', ', case when rolsuper then 'SUPERUSER' end, case when rolbypassrls then 'BYPASSRLS' end,
        case when rolreplication then 'REPLICATION' end, case when rolcreaterole then 'CREATEROLE' end)
        from pg_roles where rolname = current_user) as powers,
      (select string_agg(roleid::regrole::text, ', ') from pg_auth_members where member = current_user::regrole and roleid::regrole::text <> $1) as memberships,
      (select string_agg(oid::regclass::text, ', ') from pg_class where relowner = current_user::regrole and relkind in ('r', 'p', 'v', 'm')) as owned,
      (select string_agg(oid::regclass::text, ', ') from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
        and has_any_column_privilege(oid, 'select, insert, update') and not (relrowsecurity and relforcerowsecurity)) as naked`,
    [duty === 'operates' ? 'bulkhead_directory' : ''],
  );
  const [found] = rows;
  if (!found) return [];
  const problems: string[] = [];
  if (found.powers) {
    problems.push(
      `role ${found.role} is ${found.powers} and could bypass every policy. Use the role of migrations/roles.sql, or: ALTER ROLE ${found.role} NOSUPERUSER NOBYPASSRLS NOREPLICATION NOCREATEROLE`,
    );
  }
  if (duty === 'migrates') return problems;
  if (found.memberships)
    problems.push(
      `role ${found.role} is a member of ${found.memberships}. Mend: REVOKE ${found.memberships} FROM ${found.role}`,
    );
  if (found.owned) problems.push(`role ${found.role} owns ${found.owned}. Mend: ALTER TABLE … OWNER TO bulkhead_owner`);
  if (found.naked)
    problems.push(
      `${found.naked} can be read without a policy. Mend: ALTER TABLE … ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`,
    );
  return problems;
}

async function versionProblems(client: OperatorClient): Promise<string[]> {
  const { rows } = await client.query<{ version: string }>("select current_setting('server_version_num') as version");
  return versionProblemsOf(Number(rows[0]?.version));
}

/**
 * Returns the problems of a PostgreSQL release: one text if it is older than the oldest safe minor release, otherwise none.
 *
 * @param version as in `server_version_num`, for example 150020
 */
export function versionProblemsOf(version: number): string[] {
  const [major, minor] = [Math.floor(version / 10_000), version % 10_000];
  const floor = FLOOR[major] ?? (major > 18 ? 0 : Number.POSITIVE_INFINITY);
  if (minor >= floor) return [];
  const wanted = Number.isFinite(floor) ? `${major}.${floor}` : '15.20, 16.16, 17.12 or 18.6';
  return [`PostgreSQL ${major}.${minor} has known holes in row-level security. Upgrade to ${wanted} or newer`];
}

async function clockProblems(client: OperatorClient): Promise<string[]> {
  const before = Date.now();
  const { rows } = await client.query<{ now: number }>(
    'select (extract(epoch from clock_timestamp()) * 1000)::float8 as now',
  );
  const middle = (before + Date.now()) / 2;
  const skew = Math.round((rows[0]?.now ?? 0) - middle);
  if (Math.abs(skew) <= MAX_SKEW_MS) return [];
  return [
    `its clock is ${skew} ms from this machine's; signed contexts would be rejected. Synchronise both clocks (NTP)`,
  ];
}

async function cellProblems(client: OperatorClient, target: DatabaseTarget): Promise<string[]> {
  const { rows: found } = await client.query<{ there: boolean }>("select to_regclass('app.cell') is not null as there");
  if (!found[0]?.there) return [];
  const { rows } = await client.query<{ name: string; region: string }>('select name, region from app.cell');
  const [cell] = rows;
  if (cell?.name === target.name && cell.region === target.region) return [];
  return [
    `the URL leads to cell ${cell?.name ?? '(none)'} of region ${cell?.region ?? '(none)'}, not to ${target.name} of ${target.region}. Correct CELLS and the URLs`,
  ];
}

async function serverWarnings(client: OperatorClient): Promise<string[]> {
  const { rows } = await client.query<{ warning: string }>(
    `select 'log_parameter_max_length is not 0: parameters, signed contexts among them, can reach the log. As superuser: ALTER ROLE '
        || current_user || ' SET log_parameter_max_length = 0' as warning
        where current_setting('log_parameter_max_length') <> '0' or current_setting('log_parameter_max_length_on_error') <> '0'
      union all select 'this role may call ' || string_agg(p.oid::regprocedure::text, ', ') || ', which know no tenant. As superuser, '
        || 'in this database: run migrations/database.sql'
        from pg_proc p where p.pronamespace = 'pg_catalog'::regnamespace and p.proname in ('pg_terminate_backend', 'pg_cancel_backend',
          'pg_advisory_lock', 'pg_try_advisory_lock', 'lo_create', 'pg_notify') and has_function_privilege(p.oid, 'execute')
        having count(*) > 0
      union all select 'this role may connect to ' || string_agg(d.datname, ', ') || ', where functions that end sessions are not taken away. '
        || 'As superuser: REVOKE CONNECT ON DATABASE ' || string_agg(d.datname, ', ') || ' FROM PUBLIC'
        from pg_database d where d.datname in ('postgres', 'template1') and has_database_privilege(d.oid, 'connect')
        having count(*) > 0`,
  );
  return rows.map(({ warning }) => warning);
}
