-- Why: a provider of payments reports about subscriptions of its own, and knows no account. Whose each is stands here, written
-- when we asked for it, and never taken from a report (ADR 21). What was reported is kept until it is applied in the account's
-- cell; what cannot be applied stays, to be looked at and tried again.

create table billing_references (
  provider text not null check (provider in ('paddle', 'stripe')),
  reference text not null check (length(reference) between 1 and 100),
  account_id uuid not null references account_pointers,
  created_at timestamptz not null default now(),
  primary key (provider, reference)
);

create table received_billing_events (
  provider text not null check (provider in ('paddle', 'stripe')),
  event text not null check (length(event) between 1 and 100),
  occurred_at timestamptz not null,
  received_at timestamptz not null default now(),
  -- what names the account, the most certain first
  refers_to text[] not null check (cardinality(refers_to) between 1 and 10),
  -- gone once it is applied: it is kept in the account's cell
  report jsonb,
  status text not null default 'waiting' check (status in ('waiting', 'applied', 'dead')),
  due_at timestamptz not null default now(),
  attempts integer not null default 0,
  problem text check (length(problem) <= 500),
  primary key (provider, event),
  check ((report is null) = (status = 'applied'))
);
create index received_billing_events_due on received_billing_events (due_at) where status = 'waiting';
create index received_billing_events_dead on received_billing_events (received_at) where status = 'dead';
create index received_billing_events_refer on received_billing_events using gin (refers_to) where status <> 'applied';

-- Says whose a reference of the provider is, once and for all; what waited for it is due. Returns whose it is.
create function app.claim_billing_reference(of_provider text, claimed text, for_account uuid) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $body$
declare
  owner uuid;
begin
  insert into public.billing_references (provider, reference, account_id) values (of_provider, claimed, for_account)
  on conflict do nothing;
  select r.account_id into owner from public.billing_references r where r.provider = of_provider and r.reference = claimed;
  if owner = for_account then
    update public.received_billing_events e set due_at = now(), status = 'waiting', attempts = 0
    where e.provider = of_provider and e.refers_to @> array[claimed] and e.status <> 'applied';
  end if;
  return owner;
end
$body$;

-- Keeps a report, once. Returns whether it is new.
create function app.receive_billing_event(of_provider text, event_name text, happened_at timestamptz, refers text[], content jsonb)
returns boolean
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  with kept as (
    insert into public.received_billing_events (provider, event, occurred_at, refers_to, report)
    values (of_provider, event_name, happened_at, refers, content)
    on conflict do nothing returning 1
  ) select exists (select from kept)
$body$;

-- Reports that wait, for a worker to apply, with the account that they are about where it is known; one that dies has them taken
-- over after the lease.
create function app.claim_billing_events(most integer, lease_seconds integer)
returns table (provider text, event text, occurred_at timestamptz, refers_to text[], report jsonb, attempts integer, account_id uuid, cell text)
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  with claimed as (
    update public.received_billing_events e set attempts = e.attempts + 1, due_at = now() + make_interval(secs => lease_seconds)
    where (e.provider, e.event) in (select d.provider, d.event from public.received_billing_events d
      where d.status = 'waiting' and d.due_at <= now() order by d.due_at, d.occurred_at limit most for update skip locked)
    returning e.*
  )
  select c.provider, c.event, c.occurred_at, c.refers_to, c.report, c.attempts, a.account_id, a.cell
  from claimed c left join lateral (
    select p.account_id, p.cell from unnest(c.refers_to) with ordinality as named (reference, place)
    join public.billing_references r on r.provider = c.provider and r.reference = named.reference
    join public.account_pointers p on p.account_id = r.account_id and p.status = 'active'
    order by named.place limit 1) a on true
  order by c.occurred_at, c.event
$body$;

create function app.billing_event_applied(of_provider text, event_name text) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  update public.received_billing_events set status = 'applied', report = null, problem = null
  where provider = of_provider and event = event_name
$body$;

-- Not applied: due again after so many seconds, or given up where there is no time for it.
create function app.billing_event_failed(of_provider text, event_name text, why text, again_in integer) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  update public.received_billing_events
  set problem = left(why, 500), status = case when again_in is null then 'dead' else 'waiting' end,
    due_at = now() + make_interval(secs => coalesce(again_in, 0))
  where provider = of_provider and event = event_name and status <> 'applied'
$body$;

create function app.dead_billing_events(most integer)
returns table (provider text, event text, occurred_at timestamptz, received_at timestamptz, refers_to text[], attempts integer, problem text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select e.provider, e.event, e.occurred_at, e.received_at, e.refers_to, e.attempts, e.problem
  from public.received_billing_events e where e.status = 'dead' order by e.received_at limit most
$body$;

-- Has what was given up tried again: one report, or all. Returns how many.
create function app.replay_billing_events(of_provider text, event_name text) returns integer
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  with again as (
    update public.received_billing_events e set status = 'waiting', attempts = 0, due_at = now()
    where e.status = 'dead' and (event_name is null or (e.provider = of_provider and e.event = event_name)) returning 1
  ) select count(*)::integer from again
$body$;

do $grants$
declare
  routine text;
  caller text;
begin
  for routine, caller in values
    ('app.claim_billing_reference(text, text, uuid)', 'bulkhead_directory, bulkhead_worker'),
    ('app.receive_billing_event(text, text, timestamptz, text[], jsonb)', 'bulkhead_directory'),
    ('app.claim_billing_events(integer, integer)', 'bulkhead_worker'),
    ('app.billing_event_applied(text, text)', 'bulkhead_worker'),
    ('app.billing_event_failed(text, text, text, integer)', 'bulkhead_worker'),
    ('app.dead_billing_events(integer)', 'bulkhead_worker'),
    ('app.replay_billing_events(text, text)', 'bulkhead_worker')
  loop
    execute format('revoke all on function %s from public', routine);
    execute format('grant execute on function %s to %s', routine, caller);
  end loop;
end
$grants$;
grant select on billing_references, received_billing_events to bulkhead_backup;

comment on column billing_references.provider is 'class=none; who takes the payments';
comment on column billing_references.reference is 'class=none; what the provider calls a customer, a purchase or a subscription';
comment on column billing_references.account_id is 'class=none; whose it is';
comment on column billing_references.created_at is 'class=none; since when';
comment on column received_billing_events.provider is 'class=none; who reports';
comment on column received_billing_events.event is 'class=none; the provider''s id of the event';
comment on column received_billing_events.occurred_at is 'class=none; when it happened, by the provider''s clock';
comment on column received_billing_events.received_at is 'class=none; when it came';
comment on column received_billing_events.refers_to is 'class=none; the provider''s references in it';
comment on column received_billing_events.report is 'class=none; what it says, without people and cards';
comment on column received_billing_events.status is 'class=none; whether it is applied';
comment on column received_billing_events.due_at is 'class=none; when it is tried next';
comment on column received_billing_events.attempts is 'class=none; how often it was tried';
comment on column received_billing_events.problem is 'class=none; why it was not applied';
