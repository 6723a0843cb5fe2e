-- Why: a proof raises a sign-in, so what was held before it must not be raised along: a cookie or a refresh token that somebody copied
-- would have become one with a second factor. And a person who has a second factor is asked for it wherever they enter.

drop function app.raise_session(uuid, uuid, text[], integer, boolean);

-- A person has proved again who they are. A weaker proof than the session has already does not make it fresher. Codes by mail
-- count again once somebody who knows the password that came by mail has shown something else than the mailbox. The cookie, or the
-- refresh token of the client, is another from now on. No row where the session does not count any more.
create function app.raise_session(session_id uuid, of_user uuid, with_methods text[], to_level integer, by_mail boolean,
  new_cookie_hash bytea, of_client uuid, new_refresh_hash bytea)
returns table (methods text[], level integer, authenticated_at timestamptz, kind text)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $body$
#variable_conflict use_column
declare
  raised record;
begin
  update public.sign_in_sessions s
  set level = greatest(s.level, to_level),
    authenticated_at = case when to_level >= s.level then now() else s.authenticated_at end,
    methods = array(select distinct m from unnest(s.methods || with_methods) m order by m),
    cookie_hash = case when s.kind = 'browser' then new_cookie_hash end
  where s.id = session_id and s.user_id = of_user and s.ended_at is null and s.expires_at > now()
  returning s.methods, s.level, s.authenticated_at, s.kind into raised;
  if not found then
    return;
  end if;
  update public.session_clients c set spent_hash = c.refresh_hash, refresh_hash = new_refresh_hash, rotated_at = clock_timestamp()
  where c.id = of_client and c.sign_in_session_id = session_id and c.refresh_hash is not null;
  if to_level = 2 and not by_mail and 'pwd' = any (raised.methods) then
    update public.users set mailbox_spent = false where id = of_user and mailbox_spent;
  end if;
  return query select raised.methods, raised.level::integer, raised.authenticated_at, raised.kind;
end
$body$;

drop function app.find_way(uuid, uuid, uuid, uuid);

create function app.find_way(of_user uuid, session_id uuid, of_client uuid, to_account uuid)
returns table (expires_at timestamptz, ends_at timestamptz, has_password boolean, has_factor boolean, cell text, left_account uuid,
  left_cell text, left_account_session uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select s.expires_at, s.ends_at, exists (select from public.credentials k where k.user_id = s.user_id),
    exists (select from public.factors f where f.user_id = s.user_id and f.confirmed_at is not null),
    p.cell, c.account_id, lp.cell, c.account_session_id
  from public.sign_in_sessions s
  join public.users u on u.id = s.user_id
  join public.session_clients c on c.sign_in_session_id = s.id and c.id = of_client
  left join public.account_pointers lp on lp.account_id = c.account_id
  left join public.user_accounts ua on ua.user_id = s.user_id and ua.account_id = to_account
  left join public.account_pointers p on p.account_id = ua.account_id and p.status = 'active'
  where s.id = session_id and s.user_id = of_user and s.ended_at is null and s.expires_at > now() and u.status = 'active'
$body$;

revoke all on function app.raise_session(uuid, uuid, text[], integer, boolean, bytea, uuid, bytea), app.find_way(uuid, uuid, uuid, uuid) from public;
grant execute on function app.raise_session(uuid, uuid, text[], integer, boolean, bytea, uuid, bytea), app.find_way(uuid, uuid, uuid, uuid) to bulkhead_directory;
