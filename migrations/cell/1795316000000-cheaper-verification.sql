-- Why: every statement verifies its context once for each protected table that it names, and that was the largest part of
-- what isolation costs (docs/performance.md). One query in place of a dozen expressions, and one call in place of two for
-- the tables of a workspace. What is verified, and the form of a signature, stay as they are.

do $define$
declare
  field record;
begin
  for field in
    select * from (values
      ('verified_account_id()', 'uuid', 'account', 'nullif(current_setting(''app.current_account_id'', true), '''')::uuid'),
      ('verified_workspace_id()', 'uuid', 'workspace', 'nullif(current_setting(''app.current_workspace_id'', true), '''')::uuid'),
      ('verified_capability()', 'text', 'capability', 'split_part(current_setting(''app.context_signature'', true), ''.'', 3)'),
      ('verified_tenant(out account_id uuid, out workspace_id uuid)', 'record', 'account_id, workspace_id',
       'nullif(current_setting(''app.current_account_id'', true), '''')::uuid, nullif(current_setting(''app.current_workspace_id'', true), '''')::uuid')
    ) as f (signature, type, variables, expressions)
  loop
    execute format($function$
      create or replace function app.%s returns %s
      -- parallel restricted: the backend's pid is part of what is checked, and a parallel worker has another
      language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
      as $body$
      %s
      begin
        -- the signature: version, key id, capability, expiry in ms since 1970, backend pid or '-', HMAC-SHA256 in hex (64)
        select %s into %s
        from app.context_keys k
        where k.id = split_part(current_setting('app.context_signature', true), '.', 2)
          -- in this order: what follows the HMAC is read only where it is ours
          and case when current_setting('app.context_signature', true) ^@ 'v1.'
            and encode(sha256(k.outer_key || sha256(k.inner_key || convert_to(
              current_setting('app.current_account_id', true) || '|'
              || coalesce(current_setting('app.current_workspace_id', true), '') || '|'
              || coalesce(current_setting('app.current_user_id', true), '') || '|'
              || translate(substr(left(current_setting('app.context_signature', true), -65), 4), '.', '|'), 'UTF8'))), 'hex')
              = right(current_setting('app.context_signature', true), 64)
          then split_part(current_setting('app.context_signature', true), '.', 4)::float8 >= date_part('epoch', now()) * 1000
            and split_part(current_setting('app.context_signature', true), '.', 5) in ('-', pg_backend_pid()::text)
          else false end;
        if found then
          return%s;
        end if;
        if coalesce(current_setting('app.context_signature', true), '') = ''
           and coalesce(current_setting('app.current_account_id', true), '') = ''
           and coalesce(current_setting('app.current_workspace_id', true), '') = '' then
          return%s;
        end if;
        raise exception 'context_rejected' using
          errcode = 'insufficient_privilege',
          detail = 'The tenant context is forged, expired, or of another connection.';
      end
      $body$
    $function$, field.signature, field.type,
      case field.type when 'record' then '' else format('declare %s %s;', field.variables, field.type) end,
      field.expressions, field.variables,
      case field.type when 'record' then '' else ' ' || field.variables end,
      case field.type when 'record' then '' else ' null' end);
  end loop;
end
$define$;
revoke all on function app.verified_tenant() from public;
grant execute on function app.verified_tenant() to bulkhead_app;

-- As before, with the predicate of workspace tables in one comparison.
create or replace procedure app.protect_tenant_table(target regclass, scope text default 'account', reason text default null)
language plpgsql set search_path = pg_catalog, pg_temp
as $body$
declare
  needed text;
  predicate text := case scope
    when 'account' then 'account_id = (select app.verified_account_id())'
    else '(account_id, workspace_id) = (select t.account_id, t.workspace_id from app.verified_tenant() t)' end;
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

do $change$
declare
  target regclass;
  policy text;
  predicate text := '(account_id, workspace_id) = (select t.account_id, t.workspace_id from app.verified_tenant() t)';
begin
  for target, policy in
    select p.name, y.name from app.tenant_tables p cross join (values ('tenant_rows'), ('tenant_only')) y (name)
    where p.scope = 'workspace'
  loop
    execute format('alter policy %I on %s using (%s) with check (%s)', policy, target, predicate, predicate);
  end loop;
end
$change$;
