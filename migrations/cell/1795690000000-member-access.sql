-- Why: what a member may do was read by one statement over six protected tables, each of which verified the context again, and a command
-- locked those rows in three to eight statements. Two functions do both, each verifying the context once (docs/adr/0028-*.md).
-- A role without login owns them. It may select the columns that they read and lock rows, and change none. Not granted: insert, delete,
-- and any column beyond these.

grant usage on schema public, app to bulkhead_access;
grant execute on function app.verified_account_id() to bulkhead_access;
grant select (account_id, status, read_only) on accounts to bulkhead_access;
grant select (account_id, id, member_id, user_id, sign_in_session_id, expires_at, ended_at) on account_sessions to bulkhead_access;
grant select (account_id, id, status, role, custom_role_id, access) on members to bulkhead_access;
grant select (account_id, id, archived_at) on workspaces to bulkhead_access;
grant select (account_id, member_id, workspace_id, role, custom_role_id) on member_workspaces to bulkhead_access;
grant select (account_id, id, permissions) on custom_roles to bulkhead_access;
-- PostgreSQL lets a role lock a row only if it may update a column of it. The policies below reject every update.
grant update (ended_at) on account_sessions to bulkhead_access;
grant update (status) on members to bulkhead_access;
grant update (archived_at) on workspaces to bulkhead_access;
grant update (role) on member_workspaces to bulkhead_access;
grant update (permissions) on custom_roles to bulkhead_access;

do $policies$
declare
  target regclass;
begin
  foreach target in array array['accounts', 'account_sessions', 'members', 'workspaces', 'member_workspaces', 'custom_roles']::regclass[] loop
    execute format('create policy access_reads on %s as permissive for select to bulkhead_access using (true)', target);
  end loop;
  foreach target in array array['account_sessions', 'members', 'workspaces', 'member_workspaces', 'custom_roles']::regclass[] loop
    execute format('create policy access_locks on %s as permissive for update to bulkhead_access using (true) with check (false)', target);
  end loop;
end
$policies$;

-- Returns the access of a member through one account session: one row, or none if the session ended or expired, or member or account is not
-- active. `in_workspace` is null for none. The account comes from the verified context, never from an argument.
create function app.member_access(session uuid, person uuid, sign_in uuid, in_workspace uuid)
returns table (member_id uuid, read_only boolean, account_role text, account_custom_role_id uuid, account_permissions text[], access text,
  workspace_id uuid, archived boolean, workspace_role text, workspace_custom_role_id uuid, workspace_permissions text[])
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp rows 1
as $body$
declare
  account uuid := app.verified_account_id();
begin
  return query
    select m.id, a.read_only, m.role, m.custom_role_id,
      case when m.custom_role_id is not null then
        (select c.permissions from public.custom_roles c where c.account_id = account and c.id = m.custom_role_id) end,
      m.access, w.id, w.archived_at is not null, mw.role, mw.custom_role_id,
      case when mw.custom_role_id is not null then
        (select c.permissions from public.custom_roles c where c.account_id = account and c.id = mw.custom_role_id) end
    from public.account_sessions s
    join public.accounts a on a.account_id = account
    join public.members m on m.account_id = account and m.id = s.member_id
    left join public.workspaces w on w.account_id = account and w.id = in_workspace
    left join public.member_workspaces mw on mw.account_id = account and mw.member_id = m.id and mw.workspace_id = w.id
    where s.account_id = account and s.id = session and s.user_id = person and s.sign_in_session_id = sign_in
      and s.ended_at is null and s.expires_at > now() and a.status = 'active' and m.status = 'active';
end
$body$;

-- Locks the rows that decide the access until the transaction ends, and returns it as app.member_access does. Every command locks in this
-- order: person, member, session, workspace, roles. A row that the command itself changes is locked for update at once: two commands that
-- raised a shared lock later would deadlock. The account is not locked: a suspension during a command does not stop it.
create function app.lock_member_access(session uuid, person uuid, sign_in uuid, in_workspace uuid, changes_session boolean,
  changes_workspace boolean)
returns table (member_id uuid, read_only boolean, account_role text, account_custom_role_id uuid, account_permissions text[], access text,
  workspace_id uuid, archived boolean, workspace_role text, workspace_custom_role_id uuid, workspace_permissions text[])
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp rows 1
as $body$
declare
  account uuid := app.verified_account_id();
  member uuid;
  account_role_id uuid;
  workspace_role_id uuid;
begin
  perform pg_advisory_xact_lock_shared(hashtextextended(account || ':person:' || person, 0));
  select s.member_id into member from public.account_sessions s where s.account_id = account and s.id = session;
  select m.custom_role_id into account_role_id from public.members m where m.account_id = account and m.id = member for share;
  if changes_session then
    perform from public.account_sessions s where s.account_id = account and s.id = session for no key update;
  else
    perform from public.account_sessions s where s.account_id = account and s.id = session for share;
  end if;
  if changes_workspace then
    perform from public.workspaces w where w.account_id = account and w.id = in_workspace for no key update;
  else
    perform from public.workspaces w where w.account_id = account and w.id = in_workspace for share;
  end if;
  select mw.custom_role_id into workspace_role_id from public.member_workspaces mw
    where mw.account_id = account and mw.member_id = member and mw.workspace_id = in_workspace for share;
  if account_role_id is not null or workspace_role_id is not null then
    perform from public.custom_roles c where c.account_id = account and c.id in (account_role_id, workspace_role_id) order by c.id for share;
  end if;
  return query select * from app.member_access(session, person, sign_in, in_workspace);
end
$body$;

do $owner$
declare
  routine regprocedure;
begin
  grant create on schema app to bulkhead_access;
  foreach routine in array array['app.member_access(uuid, uuid, uuid, uuid)', 'app.lock_member_access(uuid, uuid, uuid, uuid, boolean, boolean)']::regprocedure[] loop
    execute format('revoke all on function %s from public', routine);
    execute format('grant execute on function %s to bulkhead_app', routine);
    execute format('alter function %s owner to bulkhead_access', routine);
  end loop;
  revoke create on schema app from bulkhead_access;
end
$owner$;
