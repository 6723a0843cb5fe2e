-- Why: who a statement acts for is a signed value. Policies compare rows with what the verifying functions return; the
-- functions alone read the settings. SQL that was injected into the application's connection can set any setting it
-- likes, and cannot sign it. A boolean check beside a plain comparison does not hold: PostgreSQL evaluates it once, on the
-- first row, and a set_config injected after it opens every account.

create table app.cell (
  only_one boolean primary key default true check (only_one),
  name text not null,
  region text not null
);

create table app.context_keys (
  id text primary key,
  -- RFC 2104: the key xor ipad and the key xor opad, so that HMAC is two calls of the core function sha256
  inner_key bytea not null check (length(inner_key) = 64),
  outer_key bytea not null check (length(outer_key) = 64)
);

create table app.tenant_tables (
  name regclass primary key,
  scope text not null check (scope in ('account', 'workspace')),
  -- why a table that names a workspace is not separated by it
  reason text
);

-- One text for all verifying functions: each checks the whole signature and returns one field of it.
-- STABLE, never IMMUTABLE (a generic plan would freeze the first tenant's id). SECURITY DEFINER because the application
-- must not read the keys. No exception block: it would cost a subtransaction for each protected table.
do $define$
declare
  field record;
begin
  for field in
    select * from (values
      ('verified_account_id', 'uuid', 'nullif(account, '''')::uuid'),
      ('verified_workspace_id', 'uuid', 'nullif(workspace, '''')::uuid'),
      ('verified_capability', 'text', 'part[3]')
    ) as f (name, type, expression)
  loop
    execute format($function$
      create function app.%I() returns %s
      -- parallel restricted: the backend's pid is part of what is checked, and a parallel worker has another
      language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
      as $body$
      declare
        account text := coalesce(current_setting('app.current_account_id', true), '');
        workspace text := coalesce(current_setting('app.current_workspace_id', true), '');
        person text := coalesce(current_setting('app.current_user_id', true), '');
        signature text := coalesce(current_setting('app.context_signature', true), '');
        part text[] := string_to_array(signature, '.');
        key record;
      begin
        if signature = '' and account = '' and workspace = '' then
          return null;
        end if;
        -- part: version, key id, capability, expiry in ms since 1970, backend pid or '-', HMAC-SHA256 in hex
        select k.inner_key, k.outer_key into key from app.context_keys k where k.id = part[2];
        if key.inner_key is null or part[1] is distinct from 'v1' or cardinality(part) <> 6
           or encode(sha256(key.outer_key || sha256(key.inner_key || convert_to(
                account || '|' || workspace || '|' || person || '|' || part[2] || '|' || part[3] || '|' || part[4] || '|'
                || part[5], 'UTF8'))), 'hex') is distinct from part[6]
           or part[4]::bigint < extract(epoch from now()) * 1000
           or (part[5] <> '-' and part[5]::int <> pg_backend_pid()) then
          raise exception 'context_rejected' using
            errcode = 'insufficient_privilege',
            detail = 'The tenant context is forged, expired, or of another connection.';
        end if;
        return %s;
      end
      $body$
    $function$, field.name, field.type, field.expression);
    execute format('revoke all on function app.%I() from public', field.name);
    execute format('grant execute on function app.%I() to bulkhead_app, bulkhead_search', field.name);
  end loop;
end
$define$;

-- Protects one tenant table: enable, FORCE, policies. Refuses a table that policies could not keep apart.
create procedure app.protect_tenant_table(target regclass, scope text default 'account', reason text default null)
language plpgsql set search_path = pg_catalog, pg_temp
as $body$
declare
  needed text;
  predicate text := 'account_id = (select app.verified_account_id())';
  offending text;
begin
  if scope not in ('account', 'workspace') then
    raise exception 'protect_tenant_table: scope of % is "%"; give account or workspace', target, scope;
  end if;
  for needed in select unnest(case scope when 'account' then '{account_id}' else '{account_id,workspace_id}' end::text[]) loop
    if not exists (select from pg_attribute where attrelid = target and attname = needed
                   and atttypid = 'uuid'::regtype and attnotnull and not attisdropped) then
      raise exception 'protect_tenant_table: % needs a column "% uuid not null"', target, needed;
    end if;
  end loop;
  if not exists (
    select from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
    where i.indrelid = target and i.indisprimary and a.attname = 'account_id') then
    raise exception 'protect_tenant_table: the primary key of % must begin with account_id; a key on the id alone answers '
      'a foreign id measurably slower than a missing one', target;
  end if;
  select i.indexrelid::regclass::text into offending
  from pg_index i left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
  where i.indrelid = target and i.indisunique and a.attname is distinct from 'account_id' limit 1;
  if offending is not null then
    raise exception 'protect_tenant_table: unique index % must begin with account_id; it would tell of other accounts'' rows',
      offending;
  end if;
  select c.conname into offending
  from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
  where c.conrelid = target and c.contype = 'f' and a.attname is distinct from 'account_id' limit 1;
  if offending is not null then
    raise exception 'protect_tenant_table: foreign key % of % must begin with account_id; key checks do not see policies',
      offending, target;
  end if;
  if scope = 'account' and reason is null and exists (
    select from pg_attribute where attrelid = target and attname = 'workspace_id' and not attisdropped) then
    raise exception 'protect_tenant_table: % has a workspace_id; protect it as "workspace", or give the reason why not', target;
  end if;
  if scope = 'workspace' then
    predicate := predicate || ' and workspace_id = (select app.verified_workspace_id())';
  end if;

  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy tenant_rows on %s as permissive for all to bulkhead_app using (%s) with check (%s)',
                 target, predicate, predicate);
  -- restrictive as well: permissive policies are ORed, and one careless addition would open the table
  execute format('create policy tenant_only on %s as restrictive for all to bulkhead_app using (%s) with check (%s)',
                 target, predicate, predicate);
  execute format('create policy backup_reads on %s as permissive for select to bulkhead_backup using (true)', target);
  execute format('grant select on %s to bulkhead_backup', target);
  insert into app.tenant_tables (name, scope, reason) values (target, scope, reason);
end
$body$;
revoke all on procedure app.protect_tenant_table(regclass, text, text) from public;

-- Runs a statement that must read or validate rows of tenant tables as their owner. Under FORCE the owner sees nothing: a
-- backfill would change 0 rows without an error, and a new key would be "valid" over orphans.
create procedure app.as_owner_of(tables regclass[], statement text, at_least bigint default 0, at_most bigint default null)
language plpgsql set search_path = pg_catalog, public, pg_temp
as $body$
declare
  target regclass;
  touched bigint;
begin
  foreach target in array tables loop
    execute format('alter table %s no force row level security', target);
  end loop;
  execute statement;
  get diagnostics touched = row_count;
  if touched < at_least or touched > at_most then
    raise exception 'as_owner_of: expected % to % rows, touched %: %', at_least, coalesce(at_most::text, 'any number of'),
      touched, statement;
  end if;
  foreach target in array tables loop
    execute format('alter table %s force row level security', target);
  end loop;
end
$body$;
revoke all on procedure app.as_owner_of(regclass[], text, bigint, bigint) from public;

grant usage on schema app to bulkhead_app, bulkhead_search;
grant usage on schema public to bulkhead_app, bulkhead_search, bulkhead_backup;
-- The application checks at boot that it has reached the cell it was told of.
grant select on app.cell, app.tenant_tables to bulkhead_app;
-- Not granted to anyone: app.context_keys. Whoever reads it can act for every account of the cell.
