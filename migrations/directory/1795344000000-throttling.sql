-- Why: passwords are guessed by trying. Tries are counted here and not in a process: several processes count together, and a
-- restart forgets nothing. A count is of an address with a person, of an address, and of a person from addresses where they
-- have not signed in of late: whoever tries ten thousand times holds up themselves, and not the person.

create table sign_in_attempts (
  scope text not null check (scope in ('pair', 'address', 'person')),
  key text not null,
  failures integer not null default 0,
  refused integer not null default 0,
  since timestamptz not null default now(),
  last_at timestamptz not null default now(),
  primary key (scope, key)
);
create index sign_in_attempts_by_age on sign_in_attempts (last_at);

create table blocked_addresses (
  address inet primary key,
  since timestamptz not null default now(),
  until timestamptz not null,
  reason text not null
);

-- Counts of requests, where several processes share one. Lost in a crash, which costs nobody anything.
create unlogged table request_counts (
  key text primary key,
  hits integer not null,
  ends_at timestamptz not null
);

-- Where somebody comes from: one of IPv6 has a whole network of addresses (RFC 6177), and is counted by its first 64 bits.
create function app.network_of(address inet) returns inet
language sql immutable security definer set search_path = pg_catalog, pg_temp
as $body$
  select case when family(address) = 6 then network(set_masklen(address, 64))::inet else address end
$body$;

-- Seconds to wait after so many failures: none for the first `free` ones, then 1, 2, 4, … up to a quarter of an hour.
create function app.sign_in_delay(of_scope text, of_key text, free integer) returns integer
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select greatest(0, ceil(extract(epoch from a.last_at + make_interval(secs => least(900, 2 ^ least(20, a.failures - free))) - now())))::integer
  from public.sign_in_attempts a where a.scope = of_scope and a.key = of_key and a.failures >= free
    and a.since > now() - interval '1 hour'
$body$;

-- Counts a try before it is looked at, so that a hundred at once are a hundred. Gives the seconds to wait where there were too
-- many; then the try does not count, but for blocking the address.
create function app.begin_sign_in(wanted_email_key text, from_address inet, free integer, entry_id uuid, of_request text)
returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $body$
declare
  place text := coalesce(app.network_of(from_address)::text, '-');
  pair text := wanted_email_key || ' ' || place;
  known boolean;
  wait integer;
begin
  perform pg_advisory_xact_lock(hashtextextended('begin_sign_in:' || place, 0));
  select ceil(extract(epoch from b.until - now()))::integer into wait
  from public.blocked_addresses b where b.address >>= from_address and b.until > now();
  if wait is not null then
    return wait;
  end if;
  select exists (select from public.users u join public.sign_in_sessions s on s.user_id = u.id
    where u.email_key = wanted_email_key and app.network_of(from_address) >>= s.address and s.started_at > now() - interval '30 days') into known;
  wait := greatest(app.sign_in_delay('pair', pair, free), app.sign_in_delay('address', place, free * 4),
    case when known then 0 else app.sign_in_delay('person', wanted_email_key, free * 10) end, 0);
  insert into public.sign_in_attempts as a (scope, key, failures, refused)
  select s.scope, s.key, (wait = 0)::integer, (wait > 0)::integer
  from (values ('pair', pair), ('address', place), ('person', wanted_email_key)) s (scope, key)
  where wait = 0 or s.scope = 'address'
  on conflict (scope, key) do update set
    failures = case when a.since < now() - interval '1 hour' then 0 else a.failures end + (wait = 0)::integer,
    refused = case when a.since < now() - interval '1 hour' then 0 else a.refused end + (wait > 0)::integer,
    since = case when a.since < now() - interval '1 hour' then now() else a.since end,
    last_at = case when wait = 0 then now() else a.last_at end;
  if (select a.failures + a.refused from public.sign_in_attempts a where a.scope = 'address' and a.key = place) >= free * 20 then
    insert into public.blocked_addresses as b (address, until, reason)
    values (app.network_of(from_address), now() + interval '1 hour', 'too many wrong sign-ins')
    on conflict (address) do update set since = now(), until = excluded.until, reason = excluded.reason;
    insert into public.platform_entries (id, category, action, actor, request_id, address, details)
    values (entry_id, 'authentication', 'address.block', 'system', of_request, from_address, '{"reason": "too many wrong sign-ins"}');
    delete from public.sign_in_attempts where scope = 'address' and key = place;
  end if;
  delete from public.sign_in_attempts where last_at < now() - interval '1 day';
  return wait;
end
$body$;

-- The try was right: it counts no more, and what came before it from there was the person's own.
create function app.sign_in_succeeded(wanted_email_key text, from_address inet) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  delete from public.sign_in_attempts where scope = 'pair' and key = wanted_email_key || ' ' || coalesce(app.network_of(from_address)::text, '-');
  update public.sign_in_attempts set failures = greatest(0, failures - 1)
  where (scope, key) in (('address', coalesce(app.network_of(from_address)::text, '-')), ('person', wanted_email_key))
$body$;

create function app.blocked_addresses() returns table (address inet, since timestamptz, until timestamptz, reason text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select b.address, b.since, b.until, b.reason from public.blocked_addresses b where b.until > now() order by b.since desc
$body$;

create function app.lift_block(of_address inet) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  with lifted as (delete from public.blocked_addresses where address >>= of_address and until > now() returning 1)
  select exists (select from lifted)
$body$;

create function app.count_request(of_key text, window_seconds numeric)
returns table (hits integer, seconds_left integer)
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  insert into public.request_counts as c (key, hits, ends_at)
  values (of_key, 1, now() + make_interval(secs => window_seconds::double precision))
  on conflict (key) do update set
    hits = case when c.ends_at < now() then 1 else c.hits + 1 end,
    ends_at = case when c.ends_at < now() then excluded.ends_at else c.ends_at end
  returning c.hits, ceil(extract(epoch from c.ends_at - now()))::integer
$body$;

create function app.forget_request_counts() returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  delete from public.request_counts where ends_at < now()
$body$;

do $grants$
declare
  routine record;
begin
  for routine in
    select p.oid::regprocedure as name, p.proname from pg_proc p
    where p.pronamespace = 'app'::regnamespace and has_function_privilege('public', p.oid, 'execute')
  loop
    execute format('revoke all on function %s from public', routine.name);
    -- the delay alone tells nobody's secret, and is nobody's to ask
    if routine.proname not in ('sign_in_delay', 'network_of') then
      execute format('grant execute on function %s to bulkhead_directory', routine.name);
    end if;
  end loop;
end
$grants$;
-- Not granted: any table, to anyone but the owner. bulkhead_backup reads them for the dump, but counts of requests.
grant select on sign_in_attempts, blocked_addresses to bulkhead_backup;

comment on column sign_in_attempts.scope is 'class=none; what is counted';
comment on column sign_in_attempts.key is 'class=personal; an address to sign in with, a network address, or both';
comment on column sign_in_attempts.failures is 'class=none; how many tries were not right';
comment on column sign_in_attempts.refused is 'class=none; how many tries came while there was to wait; they were not looked at';
comment on column sign_in_attempts.since is 'class=none; from when on they count; an hour';
comment on column sign_in_attempts.last_at is 'class=none; when the last was';
comment on column blocked_addresses.address is 'class=personal; a network address';
comment on column blocked_addresses.since is 'class=none; since when it may not sign in';
comment on column blocked_addresses.until is 'class=none; until when';
comment on column blocked_addresses.reason is 'class=none; why';
comment on column request_counts.key is 'class=personal; who is counted, hashed';
comment on column request_counts.hits is 'class=none; how many requests';
comment on column request_counts.ends_at is 'class=none; when the count begins again';
