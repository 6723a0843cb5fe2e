-- Why: the directory's trail says what came of an act, as the trails of accounts do; and what happened to a person is copied to
-- the accounts that they belong to, by the worker. What waits to be copied is noted beside the entry: entries are never changed.

alter table platform_entries
  add column outcome text not null default 'succeeded' check (outcome in ('succeeded', 'denied', 'failed')),
  add column reason text check (length(reason) between 1 and 60);
alter table platform_entries drop constraint platform_entries_category_check;
alter table platform_entries add constraint platform_entries_category_check check (category in ('authentication', 'session',
  'membership', 'role', 'workspace', 'content', 'file', 'secret', 'api_key', 'billing', 'settings', 'privacy', 'administration'));

create table entries_to_copy (
  entry_id uuid primary key references platform_entries,
  user_id uuid not null references users,
  due_at timestamptz not null default now(),
  attempts integer not null default 0
);
create index entries_to_copy_due on entries_to_copy (due_at);

drop function app.record_platform_entry(uuid, text, text, text, uuid, uuid, text, inet, text, jsonb);
create function app.record_platform_entry(entry_id uuid, category text, action text, actor text, about_user uuid,
  to_be_copied boolean, outcome text, reason text, request_id text, address inet, user_agent text, details jsonb) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  insert into public.platform_entries (id, category, action, actor, user_id, outcome, reason, request_id, address, user_agent,
    details)
  values (entry_id, category, action, actor, about_user, outcome, reason, request_id, address, user_agent, details);
  insert into public.entries_to_copy (entry_id, user_id)
  select entry_id, u.id from public.users u where to_be_copied and u.id = about_user
$body$;

-- Entries that wait, for a worker to copy; one that dies has them taken over after the lease, with the
-- accounts that the person belongs to.
create function app.claim_entries_to_copy(most integer, lease_seconds integer)
returns table (id uuid, occurred_at timestamptz, category text, action text, actor text, user_id uuid, outcome text, reason text,
  request_id text, address inet, user_agent text, details jsonb, accounts jsonb)
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  with claimed as (
    update public.entries_to_copy c set attempts = c.attempts + 1, due_at = now() + make_interval(secs => lease_seconds)
    where c.entry_id in (select d.entry_id from public.entries_to_copy d where d.due_at <= now() order by d.due_at limit most
      for update skip locked)
    returning c.entry_id
  )
  select e.id, e.occurred_at, e.category, e.action, e.actor, e.user_id, e.outcome, e.reason, e.request_id, e.address, e.user_agent,
    e.details, coalesce((select jsonb_agg(jsonb_build_object('id', a.account_id, 'cell', a.cell))
      from public.user_accounts u join public.account_pointers a on a.account_id = u.account_id
      where u.user_id = e.user_id and a.status = 'active'), '[]')
  from claimed join public.platform_entries e on e.id = claimed.entry_id
$body$;

create function app.entry_copied(copied_id uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  delete from public.entries_to_copy where entry_id = copied_id
$body$;

-- The accounts of a cell after one of them, in the order of their ids: what the worker goes through.
create function app.accounts_of_cell(of_cell text, after_id uuid, most integer) returns table (account_id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select a.account_id from public.account_pointers a
  where a.cell = of_cell and a.status = 'active' and (after_id is null or a.account_id > after_id)
  order by a.account_id limit most
$body$;

do $grants$
declare
  routine record;
begin
  for routine in
    select p.oid::regprocedure as name, case when p.proname = 'record_platform_entry' then 'bulkhead_directory' else 'bulkhead_worker' end as caller
    from pg_proc p where p.pronamespace = 'app'::regnamespace
      and p.proname in ('record_platform_entry', 'claim_entries_to_copy', 'entry_copied', 'accounts_of_cell')
  loop
    execute format('revoke all on function %s from public', routine.name);
    execute format('grant execute on function %s to %I', routine.name, routine.caller);
  end loop;
end
$grants$;
grant select on entries_to_copy to bulkhead_backup;

comment on column platform_entries.outcome is 'class=none; whether it was done, denied, or failed';
comment on column platform_entries.reason is 'class=none; the code of the problem that was answered';
comment on column entries_to_copy.entry_id is 'class=none; the entry of the directory''s trail';
comment on column entries_to_copy.user_id is 'class=none; whom it is about';
comment on column entries_to_copy.due_at is 'class=none; when it is tried next';
comment on column entries_to_copy.attempts is 'class=none; how often it was tried';
