-- Why: user → account and account → cell. Across two databases nothing is atomic: a pointer is `pending` until the row in
-- the cell, which decides, is there.

create table account_pointers (
  account_id uuid primary key,
  cell text not null,
  status text not null default 'pending' check (status in ('pending', 'active')),
  created_at timestamptz not null default now()
);

create table user_accounts (
  user_id uuid not null references users,
  account_id uuid not null references account_pointers,
  created_at timestamptz not null default now(),
  primary key (user_id, account_id)
);

create function app.locate_account(wanted_id uuid) returns table (cell text, status text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select p.cell, p.status from public.account_pointers p where p.account_id = wanted_id
$body$;

create function app.accounts_of_user(of_user uuid) returns table (account_id uuid, cell text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select p.account_id, p.cell
  from public.user_accounts ua join public.account_pointers p using (account_id)
  where ua.user_id = of_user and p.status = 'active'
  order by p.account_id
$body$;

-- Idempotent, like everything that spans the directory and a cell: the same call again finishes what was begun.
create function app.begin_account(new_id uuid, in_cell text) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  insert into public.account_pointers (account_id, cell) values (new_id, in_cell) on conflict do nothing
$body$;

create function app.activate_account(begun_id uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  update public.account_pointers set status = 'active' where account_id = begun_id
$body$;

create function app.link_user(to_user uuid, to_account uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  insert into public.user_accounts (user_id, account_id) values (to_user, to_account) on conflict do nothing
$body$;

create function app.unlink_user(from_user uuid, from_account uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  delete from public.user_accounts where user_id = from_user and account_id = from_account
$body$;

-- A sign-out counts in every cell. What is to be carried is written with the sign-out itself and removed when the cell has
-- it, so that a cell which does not answer just then hears of it later.
create table pending_sign_outs (
  sign_in_session_id uuid not null references sign_in_sessions,
  account_id uuid not null references account_pointers,
  user_id uuid not null references users,
  created_at timestamptz not null default now(),
  -- what could not be carried goes to the end: a cell that is gone for good does not hold the others up
  tried_at timestamptz,
  primary key (sign_in_session_id, account_id)
);

create or replace function app.end_sign_in_session(session_id uuid, of_user uuid) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  with ended as (
    update public.sign_in_sessions set ended_at = now()
    where id = session_id and user_id = of_user and ended_at is null returning 1),
  pending as (
    insert into public.pending_sign_outs (sign_in_session_id, account_id, user_id)
    select session_id, ua.account_id, of_user from public.user_accounts ua, ended where ua.user_id = of_user
    on conflict do nothing)
  select exists (select from ended)
$body$;

create function app.list_pending_sign_outs(of_session uuid, most integer)
returns table (sign_in_session_id uuid, account_id uuid, user_id uuid, cell text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select s.sign_in_session_id, s.account_id, s.user_id, p.cell
  from public.pending_sign_outs s join public.account_pointers p using (account_id)
  where of_session is null or s.sign_in_session_id = of_session
  order by s.tried_at nulls first, s.created_at limit most
$body$;

create function app.sign_out_tried(session_id uuid, to_account uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  update public.pending_sign_outs set tried_at = now() where sign_in_session_id = session_id and account_id = to_account
$body$;

create function app.sign_out_carried(session_id uuid, to_account uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  delete from public.pending_sign_outs where sign_in_session_id = session_id and account_id = to_account
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
grant select on account_pointers, user_accounts, pending_sign_outs to bulkhead_backup;
