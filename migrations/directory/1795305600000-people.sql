-- Why: the directory holds what must be known before the account is: people, their credentials, who is signed in, and
-- which cell holds an account. The application has no table here, only functions with exact arguments: a statement
-- injected into its connection cannot list people.

create table users (
  id uuid primary key,
  -- the address as people compare it: NFKC, lower case
  email_key text not null unique check (length(email_key) between 3 and 320),
  email text not null,
  name text not null check (length(name) between 1 and 100),
  status text not null default 'active' check (status in ('active', 'disabled')),
  created_at timestamptz not null default now()
);

create table credentials (
  user_id uuid primary key references users,
  password_hash text not null,
  updated_at timestamptz not null default now()
);

create table sign_in_sessions (
  id uuid primary key,
  user_id uuid not null references users,
  started_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz,
  address inet,
  user_agent text
);
create index sign_in_sessions_of_user on sign_in_sessions (user_id) where ended_at is null;

-- Events of a person outside any account. Failed sign-ins are here.
create table platform_entries (
  id uuid primary key,
  occurred_at timestamptz not null default now(),
  category text not null check (category in ('authentication', 'session', 'administration')),
  action text not null,
  actor text not null,
  user_id uuid,
  account_id uuid,
  request_id text not null,
  address inet,
  user_agent text,
  details jsonb not null default '{}'
);
create index platform_entries_of_user on platform_entries (user_id, id desc);

-- Every function below is SECURITY DEFINER because the application has no privilege on any table here.

create function app.find_credential(wanted_email_key text)
returns table (user_id uuid, name text, email text, status text, password_hash text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select u.id, u.name, u.email, u.status, c.password_hash
  from public.users u left join public.credentials c on c.user_id = u.id
  where u.email_key = wanted_email_key
$body$;

create function app.find_user(wanted_id uuid) returns table (user_id uuid, name text, email text, status text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select u.id, u.name, u.email, u.status from public.users u where u.id = wanted_id
$body$;

create function app.record_platform_entry(entry_id uuid, category text, action text, actor text, about_user uuid,
  about_account uuid, request_id text, address inet, user_agent text, details jsonb) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  insert into public.platform_entries (id, category, action, actor, user_id, account_id, request_id, address, user_agent,
    details)
  values (entry_id, category, action, actor, about_user, about_account, request_id, address, user_agent, details)
$body$;

create function app.create_user(new_id uuid, new_email_key text, new_email text, new_name text, new_password_hash text)
returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  insert into public.users (id, email_key, email, name) values (new_id, new_email_key, new_email, new_name);
  insert into public.credentials (user_id, password_hash) values (new_id, new_password_hash);
$body$;

create function app.open_sign_in_session(new_id uuid, for_user uuid, until timestamptz, from_address inet,
  from_user_agent text) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  insert into public.sign_in_sessions (id, user_id, expires_at, address, user_agent)
  values (new_id, for_user, until, from_address, from_user_agent)
$body$;

-- null where the session or the user does not count any more
create function app.sign_in_session_expiry(session_id uuid, of_user uuid) returns timestamptz
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select s.expires_at from public.sign_in_sessions s join public.users u on u.id = s.user_id
  where s.id = session_id and s.user_id = of_user and s.ended_at is null and s.expires_at > now() and u.status = 'active'
$body$;

create function app.end_sign_in_session(session_id uuid, of_user uuid) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  with ended as (
    update public.sign_in_sessions set ended_at = now()
    where id = session_id and user_id = of_user and ended_at is null returning 1)
  select exists (select from ended)
$body$;

do $grants$
declare
  routine regprocedure;
begin
  for routine in select p.oid::regprocedure from pg_proc p where p.pronamespace = 'app'::regnamespace loop
    execute format('revoke all on function %s from public', routine);
    execute format('grant execute on function %s to bulkhead_directory', routine);
  end loop;
end
$grants$;
grant usage on schema app to bulkhead_directory;
-- Not granted: any table, to anyone but the owner. bulkhead_backup reads them for the dump.
grant usage on schema public to bulkhead_backup;
grant select on users, credentials, sign_in_sessions, platform_entries to bulkhead_backup;
