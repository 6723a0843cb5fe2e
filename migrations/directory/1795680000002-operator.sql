-- Why: what an operator does to people, IPs and reports of payments was granted to the role of requests, so that SQL injected there could
-- have removed all second factors of a person in one call. The operator's commands have a role of their own: it may call what requests may, and
-- the functions below, which requests may no longer.

-- Accounts with their cells, after one of them; `pointer` says whether the creation is finished.
create function app.list_accounts(after_id uuid, most integer) returns table (account_id uuid, cell text, pointer text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select p.account_id, p.cell, p.status from public.account_pointers p
  where after_id is null or p.account_id > after_id order by p.account_id limit most
$body$;

-- People in the order of their addresses, after one of them.
create function app.list_users(after_key text, most integer)
returns table (user_id uuid, email_key text, email text, name text, status text, created_at timestamptz, accounts integer)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select u.id, u.email_key, u.email, u.name, u.status, u.created_at,
    (select count(*)::integer from public.user_accounts a where a.user_id = u.id)
  from public.users u where after_key is null or u.email_key > after_key order by u.email_key limit most
$body$;

-- A person: whether they may sign in, how they prove who they are, where they are signed in, and which accounts they belong to.
create function app.show_user(of_key text)
returns table (user_id uuid, email text, name text, status text, created_at timestamptz, has_password boolean, factors text[],
  sign_ins integer, accounts uuid[])
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select u.id, u.email, u.name, u.status, u.created_at,
    exists (select from public.credentials c where c.user_id = u.id),
    (select coalesce(array_agg(f.kind order by f.kind), '{}') from public.factors f where f.user_id = u.id and f.confirmed_at is not null),
    (select count(*)::integer from public.sign_in_sessions s where s.user_id = u.id and s.ended_at is null and s.expires_at > now()),
    (select coalesce(array_agg(a.account_id order by a.account_id), '{}') from public.user_accounts a where a.user_id = u.id)
  from public.users u where u.email_key = of_key
$body$;

do $grants$
declare
  routine regprocedure;
begin
  grant usage on schema app to bulkhead_operator;
  foreach routine in array array['app.remove_all_factors(uuid)', 'app.lift_block(inet)', 'app.blocked_addresses()',
    'app.set_user_disabled(uuid, boolean)', 'app.dead_billing_events(integer)', 'app.replay_billing_events(text, text)',
    'app.list_accounts(uuid, integer)', 'app.list_users(text, integer)', 'app.show_user(text)']::regprocedure[]
  loop
    execute format('revoke all on function %s from public, bulkhead_directory, bulkhead_worker', routine);
    execute format('grant execute on function %s to bulkhead_operator', routine);
  end loop;
end
$grants$;
