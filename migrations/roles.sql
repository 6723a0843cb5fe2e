-- Every database role of Bulkhead, listed once. Run by an administrator of the server, as often as one likes: by the
-- product itself where it was given an administrator's URL, else by hand. Passwords are set elsewhere.
-- None is superuser, BYPASSRLS, CREATEDB, CREATEROLE or REPLICATION, in development as in production.
-- A super-admin's role comes with the migration that gives it something to do.
do $roles$
declare
  wanted record;
begin
  for wanted in
    select * from (values
      ('bulkhead_owner', false),      -- owns; nobody signs in as it
      ('bulkhead_migrator', true),    -- may become the owner; migrations only
      ('bulkhead_app', true),         -- requests, under policies
      ('bulkhead_directory', true),   -- no table at all: the directory's functions
      ('bulkhead_operator', true),    -- the operator's commands: all functions of bulkhead_directory, and those for people, accounts, IPs and billing reports
      ('bulkhead_worker', true),      -- sees in every account that there is something to do, and nothing else
      ('bulkhead_recorder', true),    -- writes entries of what changed nothing into every account's trail; reads nothing
      ('bulkhead_handover', false),   -- lets the owner hand functions over to the next two without their privileges
      ('bulkhead_search', false),     -- owns the search functions; sees ids, tenants and search vectors
      ('bulkhead_access', false),     -- owns the functions that look up what a member may do; sees sessions, members, roles and workspaces
      ('bulkhead_retention', false),  -- owns the functions that delete what is over its time
      ('bulkhead_backup', true)       -- reads all, by a policy that says so
    ) as role (name, login)
  loop
    if not exists (select from pg_catalog.pg_roles where rolname = wanted.name) then
      execute format('create role %I', wanted.name);
    end if;
    execute format('alter role %I nocreatedb nocreaterole %s %s', wanted.name,
                   case when wanted.name = 'bulkhead_handover' then 'noinherit' else 'inherit' end,
                   case when wanted.login then 'login' else 'nologin' end);
  end loop;
end
$roles$;

grant bulkhead_owner to bulkhead_migrator;
grant bulkhead_directory to bulkhead_operator;
-- So that the owner can hand their functions over to them. To bulkhead_search and bulkhead_access by way of a role that inherits nothing:
-- with their privileges would come their policies, which let them see every account.
grant bulkhead_retention, bulkhead_handover to bulkhead_owner;
grant bulkhead_search, bulkhead_access to bulkhead_handover;
revoke bulkhead_search, bulkhead_access from bulkhead_owner;

-- A statement of one tenant must not hold the others up (LOCK TABLE and a forgotten transaction included).
alter role bulkhead_app set statement_timeout = '15s';
alter role bulkhead_app set lock_timeout = '5s';
alter role bulkhead_app set idle_in_transaction_session_timeout = '15s';
alter role bulkhead_app set search_path = public, pg_temp;
alter role bulkhead_directory set statement_timeout = '5s';
alter role bulkhead_directory set lock_timeout = '5s';
alter role bulkhead_directory set idle_in_transaction_session_timeout = '15s';
alter role bulkhead_directory set search_path = pg_catalog, pg_temp;
alter role bulkhead_operator set statement_timeout = '15s';
alter role bulkhead_operator set lock_timeout = '5s';
alter role bulkhead_operator set idle_in_transaction_session_timeout = '15s';
alter role bulkhead_operator set search_path = pg_catalog, pg_temp;
alter role bulkhead_worker set statement_timeout = '15s';
alter role bulkhead_worker set lock_timeout = '5s';
alter role bulkhead_worker set idle_in_transaction_session_timeout = '15s';
alter role bulkhead_worker set search_path = public, pg_temp;
alter role bulkhead_recorder set statement_timeout = '5s';
alter role bulkhead_recorder set lock_timeout = '5s';
alter role bulkhead_recorder set idle_in_transaction_session_timeout = '5s';
alter role bulkhead_recorder set search_path = public, pg_temp;
