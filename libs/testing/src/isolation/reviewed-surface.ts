import type { Operation } from './operations.js';
import type { RoleTable } from './role-table.js';
import type { ProofWorld } from './proof-world.js';
import type { PastPolicies } from './past-policies.js';

/** One line for everything that a role, a table or an operation allows; sorted, so that a change of it is a line in a diff. */
export interface Surface {
  readonly cell: readonly string[];
  readonly directory: readonly string[];
  readonly operations: readonly string[];
}

const GRANTEE = "case when a.grantee = 0 then 'PUBLIC' else a.grantee::regrole::text end";
const NOT_OWNER =
  "a.grantee not in (select oid from pg_roles where rolname in ('bulkhead_owner', 'postgres') or rolsuper)";
const OURS = "('public'::regnamespace, 'app'::regnamespace)";

/** What stands in the catalog of a database, as lines. */
const LINES: readonly string[] = [
  `select 'role ' || rolname || ':' || case when rolcanlogin then ' login' else '' end || case when rolinherit then ' inherit' else '' end
     || case when rolsuper then ' SUPERUSER' else '' end || case when rolbypassrls then ' BYPASSRLS' else '' end
     || case when rolreplication then ' REPLICATION' else '' end || case when rolcreaterole then ' CREATEROLE' else '' end
     || case when rolcreatedb then ' CREATEDB' else '' end || coalesce(' ' || array_to_string(rolconfig, ', '), '') as line
   from pg_roles where rolname like 'bulkhead\\_%'`,
  `select 'member ' || member::regrole || ' of ' || roleid::regrole as line from pg_auth_members m
   join pg_roles r on r.oid = m.member and not r.rolsuper where r.rolname like 'bulkhead\\_%'`,
  `select 'schema ' || n.nspname || ': ' || ${GRANTEE} || ' ' || string_agg(lower(a.privilege_type), ', ' order by a.privilege_type) as line
   from pg_namespace n, aclexplode(n.nspacl) a where n.nspname in ('public', 'app') and ${NOT_OWNER} and a.grantee <> 'pg_database_owner'::regrole group by n.nspname, a.grantee`,
  `select 'database: ' || ${GRANTEE} || ' ' || string_agg(lower(a.privilege_type), ', ' order by a.privilege_type) as line
   from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a where d.datname = current_database() and ${NOT_OWNER} group by a.grantee`,
  `select 'grant ' || t.oid::regclass || ': ' || ${GRANTEE} || ' ' || string_agg(lower(a.privilege_type), ', ' order by a.privilege_type) as line
   from pg_class t, aclexplode(t.relacl) a where t.relnamespace in ${OURS} and ${NOT_OWNER} group by t.oid, a.grantee`,
  `select 'grant ' || t.oid::regclass || ': ' || ${GRANTEE} || ' ' || lower(a.privilege_type) || ' (' || string_agg(c.attname, ', ' order by c.attname) || ')' as line
   from pg_class t join pg_attribute c on c.attrelid = t.oid, aclexplode(c.attacl) a
   where t.relnamespace in ${OURS} and ${NOT_OWNER} group by t.oid, a.grantee, a.privilege_type`,
  `select 'function ' || p.oid::regprocedure || ': owner ' || p.proowner::regrole || case when p.prosecdef then ', security definer' else '' end
     || case p.provolatile when 's' then ', stable' when 'i' then ', immutable' else '' end || coalesce(', ' || array_to_string(p.proconfig, ', '), '')
     || ', body ' || left(encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex'), 16)
     || coalesce(', execute ' || (select string_agg(${GRANTEE}, ', ' order by ${GRANTEE})
       from aclexplode(p.proacl) a where ${NOT_OWNER}), '') as line
   from pg_proc p where p.pronamespace in ${OURS} and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')`,
  // by name, where every function of that name is withheld: what they take differs from one version of the server to the next
  `select distinct 'system function ' || p.proname || ': no longer for PUBLIC' || coalesce(', execute ' || (select string_agg(${GRANTEE}, ', ' order by ${GRANTEE})
       from aclexplode(p.proacl) a where ${NOT_OWNER}), '') as line
   from pg_proc p where p.pronamespace = 'pg_catalog'::regnamespace and p.proacl is not null
   and not exists (select from aclexplode(p.proacl) a where a.grantee = 0) and exists (select from pg_init_privs i where i.objoid = p.oid
     and exists (select from aclexplode(i.initprivs) a where a.grantee = 0) union all select where not exists (select from pg_init_privs i where i.objoid = p.oid))
   and not exists (select from pg_proc q where q.pronamespace = p.pronamespace and q.proname = p.proname
     and (q.proacl is null or exists (select from aclexplode(q.proacl) a where a.grantee = 0)))`,
  `select 'table ' || t.oid::regclass || ': owner ' || t.relowner::regrole || case when t.relrowsecurity then ', row security' else '' end
     || case when t.relforcerowsecurity then ', forced' else '' end as line
   from pg_class t where t.relnamespace in ${OURS} and t.relkind in ('r', 'p', 'v', 'm', 'f', 'S')`,
  `select 'policy ' || y.polname || ' on ' || y.polrelid::regclass || ': ' || case when y.polpermissive then 'permissive' else 'restrictive' end
     || ' for ' || case y.polcmd when '*' then 'all' when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' else 'delete' end
     || ' to ' || array_to_string(y.polroles::regrole[], ', ') || coalesce(' using ' || pg_get_expr(y.polqual, y.polrelid), '')
     || coalesce(' check ' || pg_get_expr(y.polwithcheck, y.polrelid), '') as line from pg_policy y`,
  `select 'key ' || c.conname || ' on ' || c.conrelid::regclass || ': ' || pg_get_constraintdef(c.oid) as line
   from pg_constraint c where c.connamespace in ${OURS} and c.contype in ('p', 'u', 'f', 'c')`,
  `select 'trigger ' || g.tgname || ' on ' || g.tgrelid::regclass || ': ' || g.tgfoid::regprocedure || case g.tgenabled when 'O' then '' else ' DISABLED' end as line
   from pg_trigger g join pg_class t on t.oid = g.tgrelid where not g.tgisinternal and t.relnamespace in ${OURS}`,
];

async function linesOf(past: PastPolicies, database: string): Promise<string[]> {
  const found = await Promise.all(LINES.map((sql) => past.rows<{ line: string }>(database, sql)));
  return found
    .flat()
    .map(({ line }) => line.replace(/\s+/g, ' '))
    .sort();
}

/** Reads what everything allows: from the catalogs of a cell and the directory, and from the operations. */
export async function readSurface(
  { world, past }: ProofWorld,
  operations: readonly Operation[],
  roles: RoleTable,
): Promise<Surface & { readonly cells: readonly (readonly string[])[] }> {
  const cells = await Promise.all(world.databases.connections.cells.map(({ name }) => linesOf(past, name)));
  const described = operations.map(
    ({ id, scope, permission, reason }) =>
      `${id}: ${scope ?? 'no scope'}${permission ? `, ${permission}` : ''}${reason ? `, because ${reason}` : ''}`,
  );
  const table = [...roles].map(([role, permissions]) => `role ${role}: ${[...permissions].sort().join(', ')}`);
  return {
    cell: cells[0] ?? [],
    cells,
    directory: await linesOf(past, 'directory'),
    operations: [...described.sort(), ...table.sort()],
  };
}

/** In which lines two surfaces differ: `+` is new, `-` is gone. */
export function changedLines(reviewed: readonly string[], found: readonly string[]): string[] {
  const [old, now] = [new Set(reviewed), new Set(found)];
  return [
    ...found.filter((line) => !old.has(line)).map((line) => `+ ${line}`),
    ...reviewed.filter((line) => !now.has(line)).map((line) => `- ${line}`),
  ];
}
