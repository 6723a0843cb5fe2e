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
grant select on account_pointers, user_accounts to bulkhead_backup;
