import type { PastPolicies } from '../isolation/past-policies.js';
import type { CheckKind } from '../isolation/report.js';

/** A guard of the database taken away, and how it is put back. */
export interface CatalogMutation {
  /** What is gone, in words. */
  readonly name: string;
  readonly family: 'policy' | 'key' | 'grant' | 'function' | 'trigger';
  /** `cell`: in every cell; `directory`. */
  readonly where: 'cell' | 'directory';
  /** The table that it is about; undefined for what concerns no single one. */
  readonly table: string | undefined;
  /** The kind of check that has to notice. The catalog notices nearly everything; where rows can be reached, rows must. */
  readonly must: CheckKind;
  readonly sql: string;
  readonly undo: string;
}

type Found = Readonly<Record<string, string>>;

/** Each query gives one mutation a row: `name`, `table`, `sql`, `undo`, and `must` where it is another than the family's. */
interface Family extends Pick<CatalogMutation, 'family' | 'where' | 'must'> {
  readonly from: string;
}

const RULE = 'pg_get_expr(y.polqual, y.polrelid)';
const POLICY = `format('create policy %I on %s as %s for %s to %s using (%s)%s', y.polname, y.polrelid::regclass,
  case when y.polpermissive then 'permissive' else 'restrictive' end,
  case y.polcmd when '*' then 'all' when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' else 'delete' end,
  array_to_string(y.polroles::regrole[], ', '), ${RULE}, coalesce(' with check (' || pg_get_expr(y.polwithcheck, y.polrelid) || ')', ''))`;
/** Both tenant policies of a table, with this text in place of the predicate in `using` and in `check`. */
const both = (using: string, check: string) =>
  `format('alter policy tenant_rows on %1$s using (' || ${using} || ') with check (' || ${check} || '); alter policy tenant_only on %1$s using ('
   || ${using} || ') with check (' || ${check} || ')', y.polrelid::regclass)`;
const TENANT_ROWS = "from pg_policy y where y.polname = 'tenant_rows'";
const WITHOUT_WORKSPACE = "'account_id = (select app.verified_account_id())'";

const FAMILIES: readonly Family[] = [
  {
    family: 'policy',
    where: 'cell',
    must: 'row',
    from: `select 'tenant predicate of ' || y.polrelid::regclass as name, y.polrelid::regclass::text as table, ${both("'true'", "'true'")} as sql,
      ${both(RULE, RULE)} as undo ${TENANT_ROWS}`,
  },
  {
    family: 'policy',
    where: 'cell',
    must: 'row',
    from: `select 'WITH CHECK of ' || y.polrelid::regclass as name, y.polrelid::regclass::text as table, ${both(RULE, "'true'")} as sql,
      ${both(RULE, RULE)} as undo ${TENANT_ROWS} and exists (select from pg_attribute a, aclexplode(a.attacl) g
        where a.attrelid = y.polrelid and g.privilege_type = 'INSERT' and g.grantee = 'bulkhead_app'::regrole)`,
  },
  {
    family: 'policy',
    where: 'cell',
    must: 'row',
    from: `select 'workspace in the predicate of ' || y.polrelid::regclass as name, y.polrelid::regclass::text as table,
      ${both(WITHOUT_WORKSPACE, WITHOUT_WORKSPACE)} as sql, ${both(RULE, RULE)} as undo
      from pg_policy y join app.tenant_tables t on t.name = y.polrelid and t.scope = 'workspace' where y.polname = 'tenant_rows'`,
  },
  {
    family: 'policy',
    where: 'cell',
    must: 'catalog',
    from: `select 'policy ' || y.polname || ' of ' || y.polrelid::regclass as name, y.polrelid::regclass::text as table,
      format('drop policy %I on %s', y.polname, y.polrelid::regclass) as sql,
      case when y.polqual is null then replace(${POLICY.replace(RULE, "coalesce(pg_get_expr(y.polqual, y.polrelid), 'none')")}, 'using (none)', '') else ${POLICY} end as undo
      from pg_policy y where y.polname <> 'tenant_rows'`,
  },
  {
    family: 'policy',
    where: 'cell',
    must: 'row',
    from: `select 'policy tenant_rows of ' || y.polrelid::regclass as name, y.polrelid::regclass::text as table,
      format('drop policy %I on %s', y.polname, y.polrelid::regclass) as sql, ${POLICY} as undo ${TENANT_ROWS}`,
  },
  {
    family: 'policy',
    where: 'cell',
    must: 'row',
    from: `select 'row security of ' || t.name as name, t.name::text as table, format('alter table %s disable row level security', t.name) as sql,
      format('alter table %s enable row level security', t.name) as undo from app.tenant_tables t`,
  },
  {
    family: 'policy',
    where: 'cell',
    must: 'catalog',
    from: `select 'FORCE of ' || t.name as name, t.name::text as table, format('alter table %s no force row level security', t.name) as sql,
      format('alter table %s force row level security', t.name) as undo from app.tenant_tables t`,
  },
  {
    family: 'key',
    where: 'cell',
    must: 'row',
    from: `select 'foreign key ' || c.conname as name, c.conrelid::regclass::text as table,
      format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname) as sql,
      format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) as undo,
      -- rows tell where the column is called after the table that it names; the others are the catalog's to keep
      case when exists (select from app.tenant_tables x where x.name::text = regexp_replace(l.attname, '_id$', 's'))
        and not (t.scope = 'workspace' and l.attname = 'workspace_id') then 'row' else 'catalog' end as must
      from pg_constraint c join app.tenant_tables t on t.name = c.conrelid
      join pg_attribute l on l.attrelid = c.conrelid and l.attnum = c.conkey[cardinality(c.conkey)]
      where c.contype = 'f' and cardinality(c.conkey) > 1
      and exists (select from pg_attribute a, aclexplode(a.attacl) g where a.attrelid = c.conrelid and a.attnum = c.conkey[cardinality(c.conkey)]
        and g.privilege_type = 'INSERT' and g.grantee = 'bulkhead_app'::regrole)`,
  },
  {
    family: 'key',
    where: 'cell',
    must: 'row',
    from: `select 'account in the key of ' || t.name as name, t.name::text as table,
      format('create unique index sly_%s on %s (id)', replace(t.name::text, '.', '_'), t.name) as sql,
      format('drop index sly_%s', replace(t.name::text, '.', '_')) as undo
      from app.tenant_tables t where exists (select from pg_attribute a where a.attrelid = t.name and a.attname = 'id')`,
  },
  {
    family: 'grant',
    where: 'cell',
    must: 'catalog',
    from: `select p.privilege || ' withheld on ' || t.name as name, t.name::text as table,
      format('grant %s on %s to bulkhead_app', p.privilege, t.name) as sql, format('revoke %s on %s from bulkhead_app', p.privilege, t.name)
        || coalesce((select '; ' || string_agg(format('grant %s (%I) on %s to bulkhead_app', g.privilege_type, a.attname, t.name), '; ')
          from pg_attribute a, aclexplode(a.attacl) g where a.attrelid = t.name and g.grantee = 'bulkhead_app'::regrole
          and lower(g.privilege_type) = p.privilege), '') as undo
      from app.tenant_tables t, (values ('insert'), ('update'), ('delete'), ('truncate'), ('references'), ('trigger')) p (privilege)
      where not has_table_privilege('bulkhead_app', t.name, p.privilege)`,
  },
  {
    family: 'grant',
    where: 'cell',
    must: 'catalog',
    from: `select 'UPDATE withheld on ' || t.name || '.' || a.attname as name, t.name::text as table,
      format('grant update (%I) on %s to bulkhead_app', a.attname, t.name) as sql,
      format('revoke update (%I) on %s from bulkhead_app', a.attname, t.name) as undo
      from app.tenant_tables t join pg_attribute a on a.attrelid = t.name and a.attname in ('account_id', 'workspace_id', 'id')`,
  },
  {
    family: 'grant',
    where: 'cell',
    must: 'catalog',
    from: `select 'signing keys withheld from ' || r as name, null as table, format('grant select on app.context_keys to %I', r) as sql,
      format('revoke select on app.context_keys from %I', r) as undo from unnest(array['bulkhead_app', 'bulkhead_search', 'bulkhead_backup']) r
      union all select 'temporary tables withheld', null, format('grant temporary on database %I to bulkhead_app', current_database()),
        format('revoke temporary on database %I from bulkhead_app', current_database())
      union all select 'schema ' || s || ' withheld', null, format('grant create on schema %I to bulkhead_app', s),
        format('revoke create on schema %I from bulkhead_app', s) from unnest(array['public', 'app']) s
      union all select 'membership in the owner withheld', null, 'grant bulkhead_owner to bulkhead_app', 'revoke bulkhead_owner from bulkhead_app'
      union all select 'BYPASSRLS withheld', null, 'alter role bulkhead_app bypassrls', 'alter role bulkhead_app nobypassrls'
      union all select 'REPLICATION withheld', null, 'alter role bulkhead_app replication', 'alter role bulkhead_app noreplication'`,
  },
  {
    family: 'grant',
    where: 'cell',
    must: 'catalog',
    from: `select p.oid::regprocedure || ' withheld from everybody' as name, null as table, format('grant execute on function %s to public', p.oid::regprocedure) as sql,
      format('revoke execute on function %s from public', p.oid::regprocedure) as undo from pg_proc p
      where p.prokind = 'f' and not has_function_privilege('public', p.oid, 'execute')
      and (p.pronamespace = 'app'::regnamespace or p.proname in ('pg_terminate_backend', 'pg_cancel_backend', 'pg_advisory_lock', 'pg_notify', 'lo_create'))`,
  },
  {
    family: 'function',
    where: 'cell',
    must: 'row',
    from: `select 'signature in ' || p.oid::regprocedure as name, null as table,
      regexp_replace(pg_get_functiondef(p.oid), '= right\\(.*?, 64\\)', 'is not null') as sql, pg_get_functiondef(p.oid) as undo,
      -- policies ask these two; what asks the others has asked one of them before
      case when p.proname in ('verified_account_id', 'verified_tenant') then 'row' else 'catalog' end as must
      from pg_proc p where p.pronamespace = 'app'::regnamespace and p.proname like 'verified\\_%'`,
  },
  {
    family: 'function',
    where: 'cell',
    must: 'catalog',
    from: `select 'STABLE of ' || p.oid::regprocedure as name, null as table, format('alter function %s immutable', p.oid::regprocedure) as sql,
      format('alter function %s stable', p.oid::regprocedure) as undo from pg_proc p
      where p.pronamespace = 'app'::regnamespace and p.proname like 'verified\\_%'
      union all select 'search path of ' || p.oid::regprocedure, null, format('alter function %s reset search_path', p.oid::regprocedure),
        format('alter function %s set search_path = pg_catalog, pg_temp', p.oid::regprocedure) from pg_proc p
        where p.pronamespace = 'app'::regnamespace and p.prosecdef`,
  },
  {
    family: 'trigger',
    where: 'cell',
    must: 'catalog',
    from: `select 'trigger ' || g.tgname as name, g.tgrelid::regclass::text as table, format('alter table %s disable trigger %I', g.tgrelid::regclass, g.tgname) as sql,
      format('alter table %s enable trigger %I', g.tgrelid::regclass, g.tgname) as undo
      from pg_trigger g join app.tenant_tables t on t.name = g.tgrelid where not g.tgisinternal`,
  },
  {
    family: 'grant',
    where: 'directory',
    must: 'row',
    from: `select p.privilege || ' withheld on ' || t.relname || ' of the directory' as name, null as table,
      format('grant usage on schema public to bulkhead_directory; grant %s on public.%I to bulkhead_directory', p.privilege, t.relname) as sql,
      format('revoke usage on schema public from bulkhead_directory; revoke %s on public.%I from bulkhead_directory', p.privilege, t.relname) as undo
      from pg_class t, (values ('select'), ('insert'), ('update, select'), ('delete')) p (privilege)
      where t.relnamespace = 'public'::regnamespace and t.relkind = 'r'`,
  },
  {
    family: 'grant',
    where: 'directory',
    must: 'catalog',
    from: `select p.oid::regprocedure || ' of the directory withheld from everybody' as name, null as table,
      format('grant execute on function %s to public', p.oid::regprocedure) as sql,
      format('revoke execute on function %s from public', p.oid::regprocedure) as undo
      from pg_proc p where p.pronamespace = 'app'::regnamespace`,
  },
];

/** Every guard of the catalogs, each taken away in a mutation of its own; read from the catalogs themselves. */
export async function catalogMutations(past: PastPolicies, cell: string): Promise<CatalogMutation[]> {
  const found: CatalogMutation[] = [];
  for (const { from, ...family } of FAMILIES) {
    const rows = await past.rows<Found>(family.where === 'cell' ? cell : 'directory', from);
    for (const { name = '', table, sql = '', undo = '', must } of rows)
      found.push({
        ...family,
        ...(must && { must: must as CheckKind }),
        name,
        table: table ?? undefined,
        sql,
        undo,
      });
  }
  return found;
}

/** SQL that opens every tenant policy of a cell, so that the data access layer stands alone. */
export const POLICIES_OFF: readonly string[] = [
  `do $open$
   declare
     target record;
   begin
     for target in select name from app.tenant_tables loop
       execute format('alter policy tenant_rows on %s using (true) with check (true)', target.name);
       execute format('alter policy tenant_only on %s using (true) with check (true)', target.name);
     end loop;
   end
   $open$`,
];
