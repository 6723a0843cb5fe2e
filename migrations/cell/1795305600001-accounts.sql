-- Why: an account is one tenant; its members are people of the directory with a role here. The last owner is held by the
-- database as well, because two owners who remove each other at once pass any check made before.

create table accounts (
  account_id uuid primary key,
  name text not null check (length(name) between 1 and 100),
  data_region text not null,
  time_zone text not null default 'UTC' check (length(time_zone) between 1 and 64),
  status text not null default 'active' check (status in ('active', 'suspended')),
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table members (
  account_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  name text not null check (length(name) between 1 and 100),
  email text not null check (length(email) between 3 and 320),
  role text not null check (role in ('owner', 'admin', 'multi_account_manager', 'developer', 'member', 'viewer')),
  access text not null default 'all' check (access in ('all', 'named')),
  status text not null default 'active' check (status in ('active', 'removed')),
  version integer not null default 1,
  joined_at timestamptz not null default now(),
  removed_at timestamptz,
  primary key (account_id, id),
  unique (account_id, user_id),
  foreign key (account_id) references accounts,
  -- Owner and Admin cannot be narrowed
  check (access = 'all' or role not in ('owner', 'admin'))
);

-- An account lives in the cell of its region, whoever asks.
create function app.check_region() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $body$
begin
  if new.data_region is distinct from (select region from app.cell) then
    raise exception 'wrong_region' using errcode = 'check_violation', constraint = 'accounts_data_region_of_cell';
  end if;
  return new;
end
$body$;
create trigger check_region before insert or update of data_region on accounts
  for each row execute function app.check_region();

create function app.keep_an_owner() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $body$
begin
  if old.role = 'owner' and old.status = 'active'
     and (tg_op = 'DELETE' or new.role <> 'owner' or new.status <> 'active' or new.account_id <> old.account_id) then
    -- with a snapshot from before the lock, two such changes would each see the other's owner
    if current_setting('transaction_isolation') <> 'read committed' then
      raise exception 'changes of owners need READ COMMITTED' using errcode = 'feature_not_supported';
    end if;
    -- one such change of an account at a time; the account is in the key, so that accounts do not wait for each other
    perform pg_advisory_xact_lock(hashtextextended('keep_an_owner:' || old.account_id, 0));
    if not exists (select from public.members m where m.account_id = old.account_id and m.id <> old.id
                   and m.role = 'owner' and m.status = 'active') then
      raise exception 'last_owner' using errcode = 'check_violation', constraint = 'members_keep_an_owner';
    end if;
  end if;
  return case tg_op when 'DELETE' then old else new end;
end
$body$;
create trigger keep_an_owner before update or delete on members
  for each row execute function app.keep_an_owner();

revoke all on function app.check_region(), app.keep_an_owner() from public;

call app.protect_tenant_table('accounts');
call app.protect_tenant_table('members');
-- A request never makes an account: only the operator's signed context may.
create policy operator_creates on accounts as restrictive for insert to bulkhead_app
  with check ((select app.verified_capability()) = 'operator');

grant select on accounts, members to bulkhead_app;
grant insert (account_id, name, data_region, time_zone) on accounts to bulkhead_app;
grant update (name, time_zone, version, updated_at) on accounts to bulkhead_app;
grant insert (account_id, id, user_id, name, email, role, access) on members to bulkhead_app;
grant update (name, email, role, access, status, version, removed_at) on members to bulkhead_app;
-- Not granted: DELETE on members (removal keeps the row: the trail names people), UPDATE of data_region and status of an account.

comment on table accounts is 'scope=account; one row a tenant';
comment on table members is 'scope=account; people of the account, with a copy of their name and address';
