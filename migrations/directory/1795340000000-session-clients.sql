-- Why: one sign-in is used in several places: the tabs of a browser, which share a cookie, or a program, which holds a refresh
-- token. Each place is a client, and stands in one account at most; switching there leaves the others alone. Cookies and
-- refresh tokens are kept as hashes: whoever reads the table can sign in as nobody.

alter table sign_in_sessions
  add column kind text not null default 'program' check (kind in ('browser', 'program')),
  add column cookie_hash bytea check (length(cookie_hash) = 32),
  add column last_used_at timestamptz not null default now(),
  add column ends_at timestamptz,
  add column methods text[] not null default '{pwd}',
  add column level smallint not null default 1 check (level in (1, 2)),
  add column authenticated_at timestamptz not null default now(),
  add check ((kind = 'browser') = (cookie_hash is not null));
update sign_in_sessions set ends_at = expires_at;
alter table sign_in_sessions alter column ends_at set not null, add check (expires_at <= ends_at);

create table session_clients (
  id uuid primary key,
  sign_in_session_id uuid not null references sign_in_sessions,
  user_id uuid not null references users,
  tab_id uuid,
  refresh_hash bytea check (length(refresh_hash) = 32),
  spent_hash bytea check (length(spent_hash) = 32),
  rotated_at timestamptz,
  account_id uuid references account_pointers,
  account_session_id uuid,
  last_used_at timestamptz not null default now(),
  unique (sign_in_session_id, tab_id),
  check ((tab_id is null) = (refresh_hash is not null)),
  check ((account_id is null) = (account_session_id is null))
);

drop function app.open_sign_in_session(uuid, uuid, timestamptz, inet, text);

-- A browser's session has a cookie and gets its clients tab by tab; a program's has one client, with a refresh token.
create function app.open_sign_in_session(new_id uuid, for_user uuid, new_cookie_hash bytea, new_client uuid,
  new_refresh_hash bytea, with_methods text[], with_level integer, idle_seconds integer, most_seconds integer,
  from_address inet, from_user_agent text) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  insert into public.sign_in_sessions (id, user_id, kind, cookie_hash, methods, level, expires_at, ends_at, address,
    user_agent)
  values (new_id, for_user, case when new_cookie_hash is null then 'program' else 'browser' end, new_cookie_hash,
    with_methods, with_level, now() + make_interval(secs => least(idle_seconds, most_seconds)), now() + make_interval(secs => most_seconds),
    from_address, from_user_agent);
  insert into public.session_clients (id, sign_in_session_id, user_id, refresh_hash)
  select new_client, new_id, for_user, new_refresh_hash where new_refresh_hash is not null
$body$;

-- Whose a cookie is. No row where the session or its user does not count any more.
create function app.find_browser_session(session_id uuid, with_cookie_hash bytea)
returns table (user_id uuid, name text, email text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select u.id, u.name, u.email from public.sign_in_sessions s join public.users u on u.id = s.user_id
  where s.id = session_id and s.cookie_hash = with_cookie_hash and s.ended_at is null and s.expires_at > now()
    and u.status = 'active'
$body$;

-- A tab comes for a token: the session is in use, and the tab is known from now on. More tabs than anybody has open push out
-- those that were not used for longest.
create function app.renew_tab(session_id uuid, with_cookie_hash bytea, wanted_tab uuid, new_client uuid,
  idle_seconds integer, most_tabs integer)
returns table (user_id uuid, client_id uuid, expires_at timestamptz, methods text[], level integer,
  authenticated_at timestamptz, account_id uuid, cell text, account_session_id uuid)
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  with session as (
    update public.sign_in_sessions s
    set last_used_at = now(), expires_at = least(s.ends_at, now() + make_interval(secs => idle_seconds))
    from public.users u
    where s.id = session_id and s.cookie_hash = with_cookie_hash and s.ended_at is null and s.expires_at > now()
      and u.id = s.user_id and u.status = 'active'
    returning s.user_id, s.expires_at, s.methods, s.level, s.authenticated_at),
  pushed_out as (
    delete from public.session_clients c using session
    where c.sign_in_session_id = session_id and c.tab_id <> wanted_tab and c.id not in (
      select k.id from public.session_clients k where k.sign_in_session_id = session_id
      order by k.last_used_at desc limit most_tabs)),
  client as (
    insert into public.session_clients (id, sign_in_session_id, user_id, tab_id)
    select new_client, session_id, s.user_id, wanted_tab from session s
    on conflict (sign_in_session_id, tab_id) do update set last_used_at = now()
    returning id, account_id, account_session_id)
  select s.user_id, c.id, s.expires_at, s.methods, s.level::integer, s.authenticated_at, c.account_id, p.cell,
    c.account_session_id
  from session s cross join client c left join public.account_pointers p on p.account_id = c.account_id
$body$;

-- A program comes with a refresh token (RFC 9700 §4.14.2): 'rotated' where it is the newest; 'repeated' where it is the one
-- before, for a moment, because an answer can be lost; 'reused' for any other, which ends the whole sign-in. No row where
-- the session does not count any more. The caller derives the successor from the token itself, so that a repetition needs
-- nothing that could be read here.
create function app.rotate_refresh_token(wanted_client uuid, presented_hash bytea, successor_hash bytea,
  grace_seconds integer, idle_seconds integer)
returns table (outcome text, user_id uuid, sign_in_session_id uuid, expires_at timestamptz, methods text[], level integer,
  authenticated_at timestamptz, account_id uuid, cell text, account_session_id uuid)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $body$
#variable_conflict use_column
declare
  client record;
  verdict text := 'reused';
  until timestamptz;
begin
  select c.*, p.cell as in_cell, s.methods, s.level, s.authenticated_at into client
  from public.session_clients c
  join public.sign_in_sessions s on s.id = c.sign_in_session_id
  join public.users u on u.id = s.user_id
  left join public.account_pointers p on p.account_id = c.account_id
  where c.id = wanted_client and c.refresh_hash is not null and s.ended_at is null and s.expires_at > now()
    and u.status = 'active'
  for update of c;
  if not found then
    return;
  end if;
  -- the clock and not the transaction's beginning: of a hundred at once, the last has waited for the others
  if client.refresh_hash = presented_hash then
    verdict := 'rotated';
  elsif client.spent_hash = presented_hash and client.refresh_hash = successor_hash
    and client.rotated_at > clock_timestamp() - make_interval(secs => grace_seconds) then
    verdict := 'repeated';
  end if;
  if verdict = 'reused' then
    perform app.end_sign_in_session(client.sign_in_session_id, client.user_id);
  else
    if verdict = 'rotated' then
      update public.session_clients set spent_hash = presented_hash, refresh_hash = successor_hash,
        rotated_at = clock_timestamp(), last_used_at = now() where id = wanted_client;
    end if;
    update public.sign_in_sessions s
    set last_used_at = now(), expires_at = least(s.ends_at, now() + make_interval(secs => idle_seconds))
    where s.id = client.sign_in_session_id returning s.expires_at into until;
  end if;
  return query select verdict, client.user_id, client.sign_in_session_id, until, client.methods, client.level::integer,
    client.authenticated_at, client.account_id, client.in_cell,
    client.account_session_id;
end
$body$;

-- What entering an account has to know: whether the sign-in counts, where the account is if the person has one there, and
-- where the client stands. No row where the sign-in does not count any more.
create function app.find_way(of_user uuid, session_id uuid, of_client uuid, to_account uuid)
returns table (expires_at timestamptz, ends_at timestamptz, has_password boolean, cell text, left_account uuid,
  left_cell text, left_account_session uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select s.expires_at, s.ends_at, exists (select from public.credentials k where k.user_id = s.user_id), p.cell, c.account_id, lp.cell, c.account_session_id
  from public.sign_in_sessions s
  join public.users u on u.id = s.user_id
  join public.session_clients c on c.sign_in_session_id = s.id and c.id = of_client
  left join public.account_pointers lp on lp.account_id = c.account_id
  left join public.user_accounts ua on ua.user_id = s.user_id and ua.account_id = to_account
  left join public.account_pointers p on p.account_id = ua.account_id and p.status = 'active'
  where s.id = session_id and s.user_id = of_user and s.ended_at is null and s.expires_at > now() and u.status = 'active'
$body$;

-- A client stands somewhere else from now on; false where it has moved meanwhile, or its sign-in has ended.
create function app.move_client(of_client uuid, session_id uuid, left_account_session uuid, to_account uuid,
  to_account_session uuid) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  with alive as (
    select s.id from public.sign_in_sessions s
    where s.id = session_id and s.ended_at is null and s.expires_at > now() for share),
  moved as (
    update public.session_clients c set account_id = to_account, account_session_id = to_account_session
    from alive
    where c.id = of_client and c.sign_in_session_id = alive.id
      and c.account_session_id is not distinct from left_account_session returning 1)
  select exists (select from moved)
$body$;

create function app.sign_in_sessions_of_user(of_user uuid)
returns table (id uuid, kind text, started_at timestamptz, last_used_at timestamptz, expires_at timestamptz, address inet,
  user_agent text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select s.id, s.kind, s.started_at, s.last_used_at, s.expires_at, s.address, s.user_agent
  from public.sign_in_sessions s
  where s.user_id = of_user and s.ended_at is null and s.expires_at > now()
  order by s.id desc
$body$;

-- Ends every sign-in of a person but one; with null for that one, all.
create function app.end_other_sign_in_sessions(of_user uuid, kept uuid) returns integer
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  with ended as (
    update public.sign_in_sessions set ended_at = now()
    where user_id = of_user and id is distinct from kept and ended_at is null returning id),
  pending as (
    insert into public.pending_sign_outs (sign_in_session_id, account_id, user_id)
    select e.id, ua.account_id, of_user from ended e cross join public.user_accounts ua where ua.user_id = of_user
    on conflict do nothing)
  select count(*)::integer from ended
$body$;

-- By person in place of by session: whoever ends several at once carries them at once.
drop function app.list_pending_sign_outs(uuid, integer);
create function app.list_pending_sign_outs(of_user uuid, most integer)
returns table (sign_in_session_id uuid, account_id uuid, user_id uuid, cell text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select s.sign_in_session_id, s.account_id, s.user_id, p.cell
  from public.pending_sign_outs s join public.account_pointers p using (account_id)
  where of_user is null or s.user_id = of_user
  order by s.tried_at nulls first, s.created_at limit most
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
-- Not granted: any table, to anyone but the owner. bulkhead_backup reads it for the dump.
grant select on session_clients to bulkhead_backup;

comment on column sign_in_sessions.kind is 'class=none; a browser with a cookie, or a program with a refresh token';
comment on column sign_in_sessions.cookie_hash is 'class=secret; SHA-256 of the browser''s cookie';
comment on column sign_in_sessions.last_used_at is 'class=personal; when a token was last given out under it';
comment on column sign_in_sessions.methods is 'class=none; how the person has proved who they are (RFC 8176)';
comment on column sign_in_sessions.level is 'class=none; 2 where a second factor was among it';
comment on column sign_in_sessions.authenticated_at is 'class=personal; when they did so last';
comment on column sign_in_sessions.ends_at is 'class=none; when it ends however much it is used';
comment on column session_clients.id is 'class=none; the client, named in tokens';
comment on column session_clients.sign_in_session_id is 'class=none; the sign-in that it belongs to';
comment on column session_clients.user_id is 'class=none; whose';
comment on column session_clients.tab_id is 'class=none; what the tab calls itself (no key: it makes the id up)';
comment on column session_clients.refresh_hash is 'class=secret; SHA-256 of the newest refresh token';
comment on column session_clients.spent_hash is 'class=secret; SHA-256 of the refresh token before it';
comment on column session_clients.rotated_at is 'class=none; when the newest replaced the one before';
comment on column session_clients.account_id is 'class=none; the account that the client stands in';
comment on column session_clients.account_session_id is 'class=none; the session there (no key: it is in the cell)';
comment on column session_clients.last_used_at is 'class=personal; when the client last came for a token';
