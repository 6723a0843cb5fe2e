import type { OperatorClient } from './operator-client.js';

/** A rule that the catalog of a database keeps; `sql` returns one row `problem` for everything that breaks it. */
interface CatalogRule {
  readonly name: string;
  /** What to do about a problem. */
  readonly remedy: string;
  readonly sql: string;
}

const TABLES = `pg_class t where t.relnamespace = 'public'::regnamespace and t.relkind in ('r', 'p')`;

const EVERYWHERE: readonly CatalogRule[] = [
  {
    name: 'no role of ours could bypass a policy',
    remedy: 'run migrations/roles.sql as an administrator',
    sql: `select rolname || ' is superuser, BYPASSRLS, REPLICATION, CREATEROLE or CREATEDB' as problem from pg_roles
      where rolname like 'bulkhead\\_%' and (rolsuper or rolbypassrls or rolreplication or rolcreaterole or rolcreatedb)`,
  },
  {
    name: 'only the migrator becomes the owner, only the owner those that own a function, and only the operator the directory’s role',
    remedy: 'REVOKE the membership',
    sql: `select m.member::regrole || ' is a member of ' || m.roleid::regrole as problem from pg_auth_members m
      join pg_roles r on r.oid = m.member and not r.rolsuper and r.rolname like 'bulkhead\\_%'
      where (m.roleid::regrole::text, m.member::regrole::text) not in
        (('bulkhead_owner', 'bulkhead_migrator'), ('bulkhead_handover', 'bulkhead_owner'), ('bulkhead_search', 'bulkhead_handover'),
         ('bulkhead_access', 'bulkhead_handover'),
         ('bulkhead_retention', 'bulkhead_owner'), ('bulkhead_directory', 'bulkhead_operator'))`,
  },
  {
    name: 'nobody has the privileges of a role whose policy lets it see every account',
    remedy: 'run migrations/roles.sql as an administrator',
    sql: `select distinct r.rolname || ' has the privileges of ' || sees.role::regrole || ', whose policy on ' || y.polrelid::regclass || ' is open' as problem
      from pg_policy y, unnest(y.polroles) sees (role), pg_roles r
      where pg_get_expr(y.polqual, y.polrelid) = 'true' and sees.role <> 0 and r.oid <> sees.role and not r.rolsuper
      and r.rolname like 'bulkhead\\_%' and pg_has_role(r.oid, sees.role, 'USAGE')`,
  },
  {
    name: 'security definer functions pin their search path, with pg_temp last',
    remedy: 'add: set search_path = pg_catalog, pg_temp',
    sql: `select p.oid::regprocedure || ' is SECURITY DEFINER without a pinned search_path' as problem from pg_proc p
      where p.prosecdef and p.pronamespace in ('app'::regnamespace, 'public'::regnamespace)
      and not coalesce(p.proconfig @> array['search_path=pg_catalog, pg_temp'], false)`,
  },
  {
    name: 'functions are not PUBLIC',
    remedy: 'REVOKE ALL ON FUNCTION … FROM PUBLIC',
    sql: `select p.oid::regprocedure || ' may be called by everybody' as problem from pg_proc p
      where p.pronamespace = 'app'::regnamespace and has_function_privilege('public', p.oid, 'execute')`,
  },
  {
    name: 'nobody makes temporary tables or objects in shared schemas',
    remedy: 'REVOKE TEMPORARY ON DATABASE … FROM PUBLIC; REVOKE CREATE ON SCHEMA public FROM PUBLIC',
    sql: `select r || ' may create temporary tables' as problem from unnest(array['bulkhead_app', 'bulkhead_directory', 'bulkhead_operator', 'bulkhead_worker', 'bulkhead_recorder',
        'bulkhead_backup']) r where has_database_privilege(r, current_database(), 'temporary')
      union all select r || ' may create in schema ' || s from unnest(array['bulkhead_app', 'bulkhead_directory', 'bulkhead_operator', 'bulkhead_worker',
        'bulkhead_recorder', 'bulkhead_search', 'bulkhead_access', 'bulkhead_retention', 'bulkhead_backup']) r, unnest(array['public', 'app']) s where has_schema_privilege(r, s, 'create')`,
  },
  {
    name: 'every column says its class and its purpose',
    remedy: "add to its migration: comment on column … is 'class=<none, personal or secret>; <what it is for>'",
    sql: `select t.oid::regclass || '.' || a.attname || ' has no class' as problem from pg_class t
      join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
      where t.relnamespace in ('public'::regnamespace, 'app'::regnamespace) and t.relkind in ('r', 'p')
      and coalesce(col_description(t.oid, a.attnum), '') !~ '^class=(none|personal|secret); \\S'`,
  },
  {
    name: 'no table is open to PUBLIC',
    remedy: 'REVOKE ALL ON … FROM PUBLIC',
    sql: `select t.oid::regclass || ' is granted to PUBLIC' as problem from pg_class t
      where t.relnamespace in ('public'::regnamespace, 'app'::regnamespace) and t.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
      and exists (select from aclexplode(t.relacl) a where a.grantee = 0)`,
  },
];

const IN_A_CELL: readonly CatalogRule[] = [
  {
    name: 'every table is a protected tenant table',
    remedy: "end its migration with: call app.protect_tenant_table('<table>', '<account or workspace>')",
    sql: `select t.oid::regclass || ' is not protected' as problem from ${TABLES}
      and not exists (select from app.tenant_tables p where p.name = t.oid)`,
  },
  {
    name: 'every table has row security, forced',
    remedy: 'ALTER TABLE … FORCE ROW LEVEL SECURITY',
    sql: `select t.oid::regclass || ' lacks ' || case when t.relrowsecurity then 'FORCE ' else '' end || 'ROW LEVEL SECURITY' as problem
      from ${TABLES} and not (t.relrowsecurity and t.relforcerowsecurity)`,
  },
  {
    name: 'every table keeps its permissive and its restrictive policy, with one predicate in USING and WITH CHECK',
    remedy: 'use app.protect_tenant_table(); add policies, do not change its own',
    sql: `select p.name::text || ' has lost or changed policy ' || w.policy as problem
      from app.tenant_tables p cross join (values ('tenant_rows', true), ('tenant_only', false)) w (policy, permissive)
      where not exists (
        select from pg_policy y where y.polrelid = p.name and y.polname = w.policy and y.polpermissive = w.permissive and y.polcmd = '*'
        and y.polroles = array['bulkhead_app'::regrole::oid]
        and pg_get_expr(y.polqual, y.polrelid) = pg_get_expr(y.polwithcheck, y.polrelid)
        and regexp_replace(pg_get_expr(y.polqual, y.polrelid), '\\s+', ' ', 'g') = case p.scope
          when 'account' then '(account_id = ( SELECT app.verified_account_id() AS verified_account_id))'
          else '((account_id, workspace_id) = ( SELECT t.account_id, t.workspace_id FROM app.verified_tenant() t(account_id, workspace_id)))' end)`,
  },
  {
    name: 'policies admit named roles, and everything only to the three that say so',
    remedy: 'compare with the verified functions, to a named role',
    sql: `select y.polrelid::regclass || ': policy ' || y.polname || ' is for ' || coalesce(y.polroles::regrole[]::text, '') as problem
      from pg_policy y where y.polroles && array[0::oid]
      or (y.polpermissive and pg_get_expr(y.polqual, y.polrelid) = 'true'
          and not y.polroles <@ array['bulkhead_backup'::regrole::oid, 'bulkhead_search'::regrole::oid, 'bulkhead_access'::regrole::oid])`,
  },
  {
    name: 'no policy reads a setting',
    remedy: 'compare with app.verified_account_id()',
    sql: `select y.polrelid::regclass || ': policy ' || y.polname || ' reads current_setting' as problem from pg_policy y
      where coalesce(pg_get_expr(y.polqual, y.polrelid), '') || coalesce(pg_get_expr(y.polwithcheck, y.polrelid), '') ~ 'current_setting'`,
  },
  {
    name: 'keys between tenant tables and unique keys begin with account_id',
    remedy: 'make the key composite: (account_id, …)',
    sql: `select c.conrelid::regclass || ': key ' || c.conname as problem from pg_constraint c
      join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
      where c.contype in ('f', 'p', 'u') and c.connamespace = 'public'::regnamespace and a.attname <> 'account_id'
      union all select i.indrelid::regclass || ': unique index ' || i.indexrelid::regclass from pg_index i
      join pg_class t on t.oid = i.indrelid and t.relnamespace = 'public'::regnamespace
      left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where i.indisunique and a.attname is distinct from 'account_id'`,
  },
  {
    name: 'unique keys of workspace tables begin with account and workspace',
    remedy: 'make the key composite: (account_id, workspace_id, …)',
    sql: `select i.indrelid::regclass || ': unique index ' || i.indexrelid::regclass || ' tells of other workspaces' as problem from pg_index i
      join app.tenant_tables t on t.name = i.indrelid and t.scope = 'workspace'
      left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[1]
      where i.indisunique and a.attname is distinct from 'workspace_id'`,
  },
  {
    name: 'a column called after a tenant table refers to it by a key',
    remedy: "add the composite key, or say why not in the column's comment: (no key: …)",
    sql: `select p.name || '.' || a.attname || ' names a row of ' || there.name || ' and has no key' as problem
      from app.tenant_tables p join pg_attribute a on a.attrelid = p.name and a.attnum > 0 and not a.attisdropped
      join app.tenant_tables there on a.attname = regexp_replace(there.name::text, 's$', '') || '_id'
      where not exists (select from pg_constraint c where c.conrelid = p.name and c.contype = 'f' and c.confrelid = there.name
        and a.attnum = any (c.conkey))
      -- the tenant's own columns are held by the policies
      and a.attname <> 'account_id' and not (p.scope = 'workspace' and a.attname = 'workspace_id')
      and coalesce(col_description(p.name, a.attnum), '') not like '%(no key: %'`,
  },
  {
    name: 'keys between workspace tables carry the workspace',
    remedy: 'make the key composite: (account_id, workspace_id, …)',
    sql: `select c.conrelid::regclass || ': foreign key ' || c.conname || ' lacks workspace_id' as problem from pg_constraint c
      join app.tenant_tables here on here.name = c.conrelid and here.scope = 'workspace'
      join app.tenant_tables there on there.name = c.confrelid and there.scope = 'workspace'
      where c.contype = 'f' and not exists (select from unnest(c.conkey) k join pg_attribute a on a.attrelid = c.conrelid
        and a.attnum = k and a.attname = 'workspace_id')`,
  },
  {
    name: 'the application may select, insert, update and delete, by columns, and nothing else',
    remedy: 'grant a list of columns',
    sql: `select g.table_name || ': ' || g.grantee || ' may ' || g.privilege_type as problem from information_schema.role_table_grants g
      where g.table_schema = 'public' and g.grantee like 'bulkhead\\_%' and g.grantee <> 'bulkhead_owner'
      and not (g.grantee = 'bulkhead_backup' and g.privilege_type = 'SELECT')
      and not (g.grantee = 'bulkhead_app' and g.privilege_type in ('SELECT', 'DELETE'))
      and not (g.grantee = 'bulkhead_retention' and g.privilege_type = 'DELETE' and g.table_name in ('audit_entries', 'datasets', 'documents'))`,
  },
  {
    name: 'tenant columns are never updated',
    remedy: 'leave account_id and workspace_id out of the grant',
    sql: `select g.table_name || ': ' || g.grantee || ' may update ' || g.column_name as problem from information_schema.column_privileges g
      where g.table_schema = 'public' and g.privilege_type = 'UPDATE' and g.column_name in ('account_id', 'workspace_id', 'id')
      and g.grantee <> 'bulkhead_owner'`,
  },
  {
    name: 'the worker sees across accounts that there is something to do, and nothing else',
    remedy: 'grant it account_id, id, kind and moments of queue tables alone',
    sql: `select g.table_name || ': bulkhead_worker may ' || lower(g.privilege_type) || ' ' || g.column_name as problem
      from information_schema.column_privileges g where g.table_schema = 'public' and g.grantee = 'bulkhead_worker'
      and not (g.privilege_type = 'SELECT' and (g.column_name in ('account_id', 'id', 'kind') or g.column_name ~ '_at$'))`,
  },
  {
    name: 'the recorder writes entries, and reads nothing',
    remedy: 'REVOKE it; entries of reads are all that it has to do with',
    sql: `select g.table_name || ': bulkhead_recorder may ' || lower(g.privilege_type) || ' ' || g.column_name as problem
      from information_schema.column_privileges g where g.table_schema = 'public' and g.grantee = 'bulkhead_recorder'
      and not (g.privilege_type = 'INSERT' and g.table_name = 'audit_entries')`,
  },
  {
    name: 'nobody deletes or changes an entry but the function of retention',
    remedy: 'REVOKE UPDATE, DELETE ON audit_entries',
    sql: `select r.rolname || ' may change or delete entries' as problem from pg_roles r
      where r.rolname like 'bulkhead\\_%' and r.rolname not in ('bulkhead_owner', 'bulkhead_migrator')
      and (has_any_column_privilege(r.oid, 'public.audit_entries', 'update')
        or r.rolname <> 'bulkhead_retention' and has_table_privilege(r.oid, 'public.audit_entries', 'delete'))`,
  },
  {
    name: 'the verifying functions are STABLE',
    remedy: 'declare them STABLE; an IMMUTABLE one is frozen into a generic plan',
    sql: `select p.oid::regprocedure || ' is not STABLE' as problem from pg_proc p
      where p.pronamespace = 'app'::regnamespace and p.proname like 'verified\\_%' and p.provolatile <> 's'`,
  },
  {
    name: 'views run as their caller, and nothing without policies holds rows',
    remedy:
      'WITH (security_invoker = true); no materialized views, foreign tables, sequences or partitions of their own',
    sql: `select t.oid::regclass || ' is a view without security_invoker' as problem from pg_class t
      where t.relnamespace = 'public'::regnamespace and t.relkind = 'v' and not coalesce(t.reloptions @> array['security_invoker=true'], false)
      union all select t.oid::regclass || ' knows no policies' from pg_class t
      where t.relnamespace = 'public'::regnamespace and t.relkind in ('m', 'f', 'S')`,
  },
  {
    name: 'nobody but the owner reads the keys that sign contexts',
    remedy: 'REVOKE ALL ON app.context_keys',
    sql: `select r || ' may read app.context_keys' as problem
      from unnest(array['bulkhead_app', 'bulkhead_search', 'bulkhead_backup', 'bulkhead_directory', 'bulkhead_operator', 'bulkhead_worker',
        'bulkhead_recorder', 'bulkhead_retention', 'bulkhead_access']) r
      where has_any_column_privilege(r, 'app.context_keys', 'select')`,
  },
];

const IN_THE_DIRECTORY: readonly CatalogRule[] = [
  {
    name: 'every function says what it does, and which arguments and results can be null',
    remedy: "add to its migration: comment on function app.… is 'nullable=<names, or result>; <what it does>'",
    sql: `select p.oid::regprocedure || ' has no comment, or one that names what it does not have' as problem from pg_proc p
      where p.pronamespace = 'app'::regnamespace
      and exists (select from unnest(array['bulkhead_directory', 'bulkhead_operator', 'bulkhead_worker']) r where has_function_privilege(r, p.oid, 'execute'))
      and (coalesce(obj_description(p.oid, 'pg_proc'), '') !~ '^(nullable=[a-z_,]+; )?[A-Z]'
        or not string_to_array(coalesce(substring(obj_description(p.oid, 'pg_proc') from '^nullable=([a-z_,]+)'), ''), ',')
          <@ (coalesce(p.proargnames, '{}') || case when p.proretset then '{}' else '{result}'::text[] end))`,
  },
  {
    name: 'the application has no table in the directory',
    remedy: 'REVOKE it and write a function with exact arguments',
    sql: `select t.oid::regclass || ' may be used by ' || r as problem
      from pg_class t, unnest(array['bulkhead_directory', 'bulkhead_operator', 'bulkhead_worker']) r
      where t.relnamespace = 'public'::regnamespace and t.relkind in ('r', 'p', 'v', 'm', 'f')
      and (has_any_column_privilege(r, t.oid, 'select, insert, update') or has_table_privilege(r, t.oid, 'delete, truncate'))`,
  },
  {
    name: 'the operator’s functions are not the application’s',
    remedy: 'REVOKE EXECUTE ON FUNCTION … FROM bulkhead_directory, bulkhead_worker',
    sql: `select p.oid::regprocedure || ' may be called by ' || r as problem
      from pg_proc p, unnest(array['bulkhead_directory', 'bulkhead_worker']) r
      where p.pronamespace = 'app'::regnamespace and p.proname in ('blocked_addresses', 'dead_billing_events', 'lift_block', 'list_accounts',
        'list_users', 'remove_all_factors', 'replay_billing_events', 'set_user_disabled', 'show_user')
      and has_function_privilege(r, p.oid, 'execute')`,
  },
];

/** The rules for a kind of database, in the order in which they are checked. */
function catalogRules(kind: 'directory' | 'cell'): readonly CatalogRule[] {
  return [...EVERYWHERE, ...(kind === 'cell' ? IN_A_CELL : IN_THE_DIRECTORY)];
}

/** What breaks a rule in this database, each with its remedy; empty where all is well. */
export async function catalogProblems(client: OperatorClient, kind: 'directory' | 'cell'): Promise<string[]> {
  const problems: string[] = [];
  for (const { sql, remedy } of catalogRules(kind)) {
    const { rows } = await client.query<{ problem: string }>(sql);
    problems.push(...rows.map(({ problem }) => `${problem}. Mend: ${remedy}.`));
  }
  return problems;
}
