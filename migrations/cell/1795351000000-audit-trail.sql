-- Why: the trail says of every request in an account what came of it, reads and refusals among them; it is searched, and it is
-- kept as long as the account says. Entries of requests that changed nothing are written in batches, by a role that can do
-- nothing else (ADR 17). What is over its time is deleted by a function of a role that can do nothing else (ADR 18).

alter table audit_entries
  add column recorded_at timestamptz not null default now(),
  add column outcome text not null default 'succeeded' check (outcome in ('succeeded', 'denied', 'failed')),
  add column reason text check (length(reason) between 1 and 60),
  add column reading boolean not null default false,
  add column on_behalf_of_user_id uuid,
  -- what was changed can be found by its words; what changed nothing has none
  add column search tsvector generated always as (
    case when changes = '{}' then null else jsonb_to_tsvector('simple', changes, '["string", "numeric"]') end) stored,
  add constraint audit_entries_not_of_the_future check (occurred_at <= recorded_at + interval '1 minute'),
  add constraint audit_entries_reason check ((outcome = 'succeeded') = (reason is null)),
  add constraint audit_entries_reads_change_nothing check (not reading or changes = '{}');

-- of a wrong password nobody knows who gave it
alter table audit_entries
  drop constraint audit_entries_actor_kind_check,
  drop constraint audit_entries_check,
  drop constraint audit_entries_check1,
  add constraint audit_entries_actor_kind_check check (actor_kind in ('user', 'job', 'operator', 'unknown')),
  add constraint audit_entries_actor_is_a_person check ((actor_kind = 'user') = (actor_user_id is not null)),
  add constraint audit_entries_actor_is_named check ((actor_kind in ('job', 'operator')) = (actor_name is not null));

create index audit_entries_by_actor on audit_entries (account_id, actor_user_id, id desc);
create index audit_entries_on_behalf on audit_entries (account_id, on_behalf_of_user_id, id desc) where on_behalf_of_user_id is not null;
create index audit_entries_by_category on audit_entries (account_id, category, id desc);
create index audit_entries_by_action on audit_entries (account_id, action, id desc);
create index audit_entries_by_resource on audit_entries (account_id, resource_id, id desc);
create index audit_entries_by_workspace on audit_entries (account_id, workspace_id, id desc);
create index audit_entries_reads on audit_entries (account_id, id) where reading;
-- what was done is rare among what was looked at
create index audit_entries_acts on audit_entries (account_id, id desc) where not reading;
create index audit_entries_refused on audit_entries (account_id, outcome, id desc) where outcome <> 'succeeded';
create index audit_entries_by_words on audit_entries using gin (account_id, search) where search is not null;

-- How many days an account keeps entries, by category; what is not here is kept a year, and entries of reads 90 days.
create table audit_retention (
  account_id uuid primary key,
  days jsonb not null check (jsonb_typeof(days) = 'object')
    check (not jsonb_path_exists(days, '$.* ? ((@ == 90 || @ == 365) is unknown || !(@ == 90 || @ == 365))'))
);
call app.protect_tenant_table('audit_retention');

grant insert (occurred_at, outcome, reason, on_behalf_of_user_id) on audit_entries to bulkhead_app;
grant select on audit_retention to bulkhead_app;
grant insert (account_id, days) on audit_retention to bulkhead_app;
grant update (days) on audit_retention to bulkhead_app;
-- somebody who comes back is a member since then
grant update (joined_at) on members to bulkhead_app;
-- Not granted: recorded_at, the time of the database, which nobody writes.

-- Entries of what was looked at or refused, of every account in one statement. It reads nothing, not even what it writes.
create policy recorder_writes on audit_entries as permissive for insert to bulkhead_recorder
  with check (actor_kind = 'user' and reading = (outcome = 'succeeded'));
grant usage on schema public to bulkhead_recorder;
grant insert (account_id, id, occurred_at, category, action, outcome, reason, reading, actor_kind, actor_user_id, workspace_id,
  resource_type, resource_id, request_id, account_session_id, address, user_agent) on audit_entries to bulkhead_recorder;

-- SECURITY DEFINER: the word index is not used under policies (see documents). The account is what the verifying function
-- returns, never an argument; the rest narrows what is found in it.
create policy search_reads on audit_entries as permissive for select to bulkhead_search using (true);
grant select (account_id, id, search, actor_user_id, on_behalf_of_user_id, category, action, resource_type, resource_id,
  workspace_id, outcome, reading) on audit_entries to bulkhead_search;
create function app.find_audit_entries(words text, actor uuid, on_behalf_of uuid, of_category text, of_action text,
  of_resource_type text, of_resource uuid, in_workspace uuid, with_outcome text, only_reading boolean, since_id uuid, until_id uuid, most integer)
returns table (id uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $body$
declare
  account uuid := app.verified_account_id();
begin
  -- by EXECUTE, so that each call is planned for its own words: rare ones by the index, common ones from the newest entry on
  return query execute $query$
    select e.id from public.audit_entries e
    where e.account_id = $1 and e.search @@ websearch_to_tsquery('simple', $2) and e.search is not null
      and ($3 is null or e.actor_user_id = $3) and ($4 is null or e.on_behalf_of_user_id = $4)
      and ($5 is null or e.category = $5) and ($6 is null or e.action = $6)
      and ($7 is null or e.resource_type = $7) and ($8 is null or e.resource_id = $8)
      and ($9 is null or e.workspace_id = $9) and ($10 is null or e.outcome = $10)
      and ($11 is null or e.reading = $11) and ($12 is null or e.id >= $12) and ($13 is null or e.id < $13)
    order by e.id desc limit $14 $query$
  using account, words, actor, on_behalf_of, of_category, of_action, of_resource_type, of_resource, in_workspace, with_outcome,
    only_reading, since_id, until_id, most;
end
$body$;

-- The least id of a moment: UUIDv7 has milliseconds in its first 48 bits (RFC 9562 section 5.7).
create function app.least_id_at(moment timestamptz) returns uuid
language sql stable set search_path = pg_catalog, pg_temp
as $body$
  select (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$body$;
revoke all on function app.least_id_at(timestamptz) from public;
grant execute on function app.least_id_at(timestamptz) to bulkhead_retention;

-- SECURITY DEFINER: nobody may delete an entry. This deletes what is over its time in the verified account, for a job alone, and
-- the time is counted from when the database wrote the entry.
create policy retention_reads on audit_entries as permissive for select to bulkhead_retention
  using (account_id = (select app.verified_account_id()));
create policy retention_deletes on audit_entries as permissive for delete to bulkhead_retention
  using (account_id = (select app.verified_account_id()) and recorded_at < now() - interval '90 days');
create policy retention_asks on audit_retention as permissive for select to bulkhead_retention
  using (account_id = (select app.verified_account_id()));
grant usage on schema public, app to bulkhead_retention;
grant select (account_id, id, category, reading, recorded_at) on audit_entries to bulkhead_retention;
grant delete on audit_entries to bulkhead_retention;
grant select (account_id, days) on audit_retention to bulkhead_retention;
grant execute on function app.verified_account_id(), app.verified_capability() to bulkhead_retention;
create function app.purge_audit_entries(most integer) returns table (category text, reading boolean, entries bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $body$
declare
  account uuid := app.verified_account_id();
  days jsonb := (select r.days from public.audit_retention r where r.account_id = account);
begin
  if app.verified_capability() is distinct from 'job' then
    raise exception 'entries are purged by a job alone' using errcode = 'insufficient_privilege';
  end if;
  -- found by the time in their ids, for which there are indexes; deleted by when they were written
  return query
    with kept as (
      select c.category, make_interval(days => coalesce((days ->> c.category)::integer, 365)) as long
      from unnest(array['authentication', 'session', 'membership', 'role', 'workspace', 'content', 'file', 'secret', 'api_key',
        'billing', 'settings', 'privacy', 'administration']) c (category)
    ), over as (
      (select acts.id from kept, lateral (
        select e.id from public.audit_entries e
        where e.account_id = account and e.category = kept.category and e.id < app.least_id_at(now() - kept.long)
          and not e.reading and e.recorded_at < now() - kept.long
        order by e.id limit most) acts)
      union all
      (select e.id from public.audit_entries e
        where e.account_id = account and e.reading and e.id < app.least_id_at(now() - interval '90 days')
          and e.recorded_at < now() - interval '90 days'
        order by e.id limit most)
      limit most
    ), gone as (
      delete from public.audit_entries e using over where e.account_id = account and e.id = over.id
      returning e.category, e.reading
    )
    select gone.category, gone.reading, count(*) from gone group by 1, 2 order by 1, 2;
end
$body$;

do $owners$
declare
  routine text;
  keeper text;
begin
  for routine, keeper in values
    ('app.find_audit_entries(text, uuid, uuid, text, text, text, uuid, uuid, text, boolean, uuid, uuid, integer)', 'bulkhead_search'),
    ('app.purge_audit_entries(integer)', 'bulkhead_retention')
  loop
    execute format('revoke all on function %s from public', routine);
    execute format('grant execute on function %s to bulkhead_app', routine);
    execute format('grant create on schema app to %I', keeper);
    execute format('alter function %s owner to %I', routine, keeper);
    execute format('revoke create on schema app from %I', keeper);
  end loop;
end
$owners$;

comment on table audit_retention is 'scope=account; how long the account keeps entries';
comment on column audit_entries.recorded_at is 'class=none; when the database wrote it';
comment on column audit_entries.outcome is 'class=none; whether it was done, denied, or failed';
comment on column audit_entries.reason is 'class=none; the code of the problem that was answered';
comment on column audit_entries.reading is 'class=none; whether it only looked';
comment on column audit_entries.on_behalf_of_user_id is 'class=none; the person for whom a job or another person acted';
comment on column audit_entries.search is 'class=personal; the words of what was changed';
comment on column audit_retention.account_id is 'class=none; the tenant';
comment on column audit_retention.days is 'class=none; how many days, by category';
