-- Why: what a person has beside a password: a generator of codes (RFC 6238), passkeys (WebAuthn), codes by mail, and codes to
-- recover with. Whatever is used once is used up in the statement that looks at it, so that of two uses at once one counts.

create table factors (
  id uuid primary key,
  user_id uuid not null references users,
  kind text not null check (kind in ('totp', 'passkey', 'email')),
  name text not null check (length(name) between 1 and 100),
  sealed_secret bytea,
  credential_id text unique check (length(credential_id) <= 1400),
  public_key bytea,
  counter bigint,
  transports text[],
  last_step bigint,
  created_at timestamptz not null default now(),
  confirmed_at timestamptz,
  last_used_at timestamptz,
  check ((kind = 'totp') = (sealed_secret is not null)),
  check ((kind = 'passkey') = (credential_id is not null and public_key is not null and counter is not null))
);
create index factors_of_user on factors (user_id);
create unique index factors_one_mailbox on factors (user_id) where kind = 'email';

create table recovery_codes (
  user_id uuid not null references users,
  code_hash bytea not null check (length(code_hash) = 32),
  used_at timestamptz,
  primary key (user_id, code_hash)
);

-- What a browser was asked to sign; good once, for whoever was asked.
create table challenges (
  id uuid primary key,
  user_id uuid references users,
  kind text not null check (kind in ('register', 'step_up', 'sign_in')),
  challenge text not null,
  expires_at timestamptz not null
);

create table code_attempts (
  user_id uuid primary key references users,
  attempts integer not null,
  since timestamptz not null
);

create function app.add_factor(new_id uuid, of_user uuid, of_kind text, new_name text, sealed bytea, credential text,
  key bytea, count bigint, over_transports text[], is_confirmed boolean, most integer) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  -- what was begun and not finished makes room
  delete from public.factors where user_id = of_user and confirmed_at is null and kind = of_kind;
  with added as (
    insert into public.factors (id, user_id, kind, name, sealed_secret, credential_id, public_key, counter, transports, confirmed_at)
    select new_id, of_user, of_kind, new_name, sealed, credential, key, count, over_transports,
      case when is_confirmed then now() end
    where (select pg_catalog.count(*) from public.factors f where f.user_id = of_user) < most
    returning 1)
  select exists (select from added)
$body$;

create function app.factors_of_user(of_user uuid)
returns table (id uuid, kind text, name text, sealed_secret bytea, credential_id text, public_key bytea, counter bigint,
  transports text[], created_at timestamptz, confirmed_at timestamptz, last_used_at timestamptz, mailbox_spent boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select f.id, f.kind, f.name, f.sealed_secret, f.credential_id, f.public_key, f.counter, f.transports, f.created_at,
    f.confirmed_at, f.last_used_at, u.mailbox_spent
  from public.factors f join public.users u on u.id = f.user_id where f.user_id = of_user order by f.id
$body$;

create function app.confirm_factor(factor_id uuid, of_user uuid) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  with confirmed as (
    update public.factors set confirmed_at = now(), last_used_at = now()
    where id = factor_id and user_id = of_user and confirmed_at is null returning 1)
  select exists (select from confirmed)
$body$;

-- A code of one time step counts once, and none of an earlier step after it (RFC 6238 §5.2).
create function app.use_time_step(factor_id uuid, of_user uuid, step bigint) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  with used as (
    update public.factors set last_step = step, last_used_at = now()
    where id = factor_id and user_id = of_user and kind = 'totp' and (last_step is null or last_step < step) returning 1)
  select exists (select from used)
$body$;

-- Whose a passkey is, to sign in with it alone.
create function app.find_passkey(wanted_credential text)
returns table (user_id uuid, name text, email text, public_key bytea, counter bigint, transports text[])
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select u.id, u.name, u.email, f.public_key, f.counter, f.transports
  from public.factors f join public.users u on u.id = f.user_id
  where f.credential_id = wanted_credential and u.status = 'active'
$body$;

-- A counter that does not move on is a copy's, unless the authenticator has none and always says 0 (WebAuthn §6.1.1).
create function app.use_passkey(used_credential text, of_user uuid, new_counter bigint) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  with used as (
    update public.factors set counter = new_counter, last_used_at = now()
    where credential_id = used_credential and user_id = of_user and (counter < new_counter or (counter = 0 and new_counter = 0))
    returning 1)
  select exists (select from used)
$body$;

create function app.rename_factor(factor_id uuid, of_user uuid, new_name text) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  with renamed as (
    update public.factors set name = new_name where id = factor_id and user_id = of_user returning 1)
  select exists (select from renamed)
$body$;

-- Codes to recover with are of use beside a factor alone.
create function app.remove_factor(factor_id uuid, of_user uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $body$
begin
  delete from public.factors where id = factor_id and user_id = of_user;
  if not found then
    return false;
  end if;
  delete from public.recovery_codes where user_id = of_user
    and not exists (select from public.factors f where f.user_id = of_user and f.confirmed_at is not null);
  return true;
end
$body$;

create function app.replace_recovery_codes(of_user uuid, new_hashes bytea[]) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  delete from public.recovery_codes where user_id = of_user;
  -- without a factor to recover they would be one themselves
  insert into public.recovery_codes (user_id, code_hash) select of_user, unnest(new_hashes)
  where exists (select from public.factors f where f.user_id = of_user and f.confirmed_at is not null)
$body$;

create function app.recovery_codes_left(of_user uuid) returns integer
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select nullif(count(*), 0)::integer from public.recovery_codes where user_id = of_user and used_at is null
$body$;

create function app.use_recovery_code(of_user uuid, with_code_hash bytea) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  with used as (
    update public.recovery_codes set used_at = now()
    where user_id = of_user and code_hash = with_code_hash and used_at is null
      and exists (select from public.factors f where f.user_id = of_user and f.confirmed_at is not null) returning 1)
  select exists (select from used)
$body$;

create function app.use_mailed_code(of_user uuid, with_code_hash bytea) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  with used as (
    update public.verifications set used_at = now()
    where user_id = of_user and kind = 'sign_in_code' and secret_hash = with_code_hash and used_at is null and expires_at > now()
    returning 1)
  select exists (select from used)
$body$;

create function app.open_challenge(new_id uuid, for_user uuid, of_kind text, text_to_sign text, seconds integer) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  delete from public.challenges where expires_at < now();
  insert into public.challenges (id, user_id, kind, challenge, expires_at)
  values (new_id, for_user, of_kind, text_to_sign, now() + make_interval(secs => seconds))
$body$;

create function app.take_challenge(wanted_id uuid, of_user uuid, of_kind text) returns text
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  delete from public.challenges
  where id = wanted_id and user_id is not distinct from of_user and kind = of_kind and expires_at > now()
  returning challenge
$body$;

-- Counts a try before it is looked at, so that many at once are many. False where there were too many of late.
create function app.begin_code_attempt(of_user uuid, most integer, within_seconds integer) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  insert into public.code_attempts as a (user_id, attempts, since) values (of_user, 1, now())
  on conflict (user_id) do update set
    attempts = case when a.since < now() - make_interval(secs => within_seconds) then 1 else a.attempts + 1 end,
    since = case when a.since < now() - make_interval(secs => within_seconds) then now() else a.since end
  returning a.attempts <= most
$body$;

create function app.forget_code_attempts(of_user uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  delete from public.code_attempts where user_id = of_user
$body$;

-- A person has proved anew who they are. A weaker proof than the session has already does not make it fresher. Codes by mail
-- count again once somebody who knows the password that came by mail has shown something else than the mailbox. No row where
-- the session does not count any more.
create function app.raise_session(session_id uuid, of_user uuid, with_methods text[], to_level integer, by_mail boolean)
returns table (methods text[], level integer, authenticated_at timestamptz)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $body$
#variable_conflict use_column
declare
  raised record;
begin
  update public.sign_in_sessions s
  set level = greatest(s.level, to_level),
    authenticated_at = case when to_level >= s.level then now() else s.authenticated_at end,
    methods = array(select distinct m from unnest(s.methods || with_methods) m order by m)
  where s.id = session_id and s.user_id = of_user and s.ended_at is null and s.expires_at > now()
  returning s.methods, s.level, s.authenticated_at into raised;
  if not found then
    return;
  end if;
  if to_level = 2 and not by_mail and 'pwd' = any (raised.methods) then
    update public.users set mailbox_spent = false where id = of_user and mailbox_spent;
  end if;
  return query select raised.methods, raised.level::integer, raised.authenticated_at;
end
$body$;

-- A person who has a passkey can do without a password: no hash is kept.
create function app.remove_password(of_user uuid) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  update public.verifications set used_at = now() where user_id = of_user and kind = 'password_reset' and used_at is null;
  with removed as (
    delete from public.credentials c where c.user_id = of_user
      and exists (select from public.factors f where f.user_id = of_user and f.kind = 'passkey' and f.confirmed_at is not null)
    returning 1)
  select exists (select from removed)
$body$;

-- The operator's help for somebody who has lost everything.
create function app.remove_all_factors(of_user uuid) returns integer
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  delete from public.recovery_codes where user_id = of_user;
  update public.users set mailbox_spent = false where id = of_user;
  with removed as (delete from public.factors where user_id = of_user returning 1)
  select count(*)::integer from removed
$body$;

do $grants$
declare
  routine record;
begin
  for routine in
    select p.oid::regprocedure as name from pg_proc p
    where p.pronamespace = 'app'::regnamespace and has_function_privilege('public', p.oid, 'execute')
  loop
    execute format('revoke all on function %s from public', routine.name);
    execute format('grant execute on function %s to bulkhead_directory', routine.name);
  end loop;
end
$grants$;
-- Not granted: any table, to anyone but the owner. bulkhead_backup reads them for the dump.
grant select on factors, recovery_codes, challenges, code_attempts to bulkhead_backup;

comment on column factors.id is 'class=none; the factor';
comment on column factors.user_id is 'class=none; whose';
comment on column factors.kind is 'class=none; a generator of codes, a passkey, or codes by mail';
comment on column factors.name is 'class=personal; what the person calls it';
comment on column factors.sealed_secret is 'class=secret; of a generator of codes, encrypted for this factor';
comment on column factors.credential_id is 'class=personal; of a passkey';
comment on column factors.public_key is 'class=none; of a passkey (COSE)';
comment on column factors.counter is 'class=none; of a passkey, to tell a copy';
comment on column factors.transports is 'class=none; how a browser reaches the passkey';
comment on column factors.last_step is 'class=none; the newest time step whose code was used';
comment on column factors.created_at is 'class=none; when it was added';
comment on column factors.confirmed_at is 'class=none; when it was first used; one that was not counts for nothing';
comment on column factors.last_used_at is 'class=personal; when it was used last';
comment on column recovery_codes.user_id is 'class=none; whose';
comment on column recovery_codes.code_hash is 'class=secret; SHA-256 of a code of 80 random bits';
comment on column recovery_codes.used_at is 'class=personal; when it was used';
comment on column challenges.id is 'class=none; the challenge';
comment on column challenges.user_id is 'class=none; who was asked; null for somebody who signs in';
comment on column challenges.kind is 'class=none; what it is good for';
comment on column challenges.challenge is 'class=secret; what is to be signed';
comment on column challenges.expires_at is 'class=none; how long it is good';
comment on column code_attempts.user_id is 'class=none; whose';
comment on column code_attempts.attempts is 'class=none; how many codes were tried';
comment on column code_attempts.since is 'class=personal; since when';
