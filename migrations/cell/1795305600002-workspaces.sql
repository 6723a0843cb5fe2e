-- Why: a workspace is one client brand inside an account. The table itself is separated by account, so that a member can
-- list the workspaces to enter; everything inside a workspace is separated by both.

create table workspaces (
  account_id uuid not null,
  id uuid not null,
  name text not null check (length(name) between 1 and 100),
  color text check (color ~ '^#[0-9a-f]{6}$'),
  archived_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (account_id, id),
  foreign key (account_id) references accounts
);

create table member_workspaces (
  account_id uuid not null,
  member_id uuid not null,
  workspace_id uuid not null,
  role text not null check (role in ('multi_account_manager', 'developer', 'member', 'viewer')),
  primary key (account_id, member_id, workspace_id),
  foreign key (account_id, member_id) references members,
  foreign key (account_id, workspace_id) references workspaces
);
create index member_workspaces_by_workspace on member_workspaces (account_id, workspace_id);

-- A row of its own, so that two tabs entering at once do not wait for each other on the member's row, which every command
-- of that member locks for share.
create table last_workspaces (
  account_id uuid not null,
  member_id uuid not null,
  entered_id uuid not null,
  primary key (account_id, member_id),
  foreign key (account_id, member_id) references members,
  foreign key (account_id, entered_id) references workspaces
);

call app.protect_tenant_table('workspaces');
call app.protect_tenant_table('member_workspaces', 'account',
  'read by the authorising statement, before a workspace is entered');
call app.protect_tenant_table('last_workspaces');

grant select on workspaces, member_workspaces, last_workspaces to bulkhead_app;
grant insert (account_id, id, name, color) on workspaces to bulkhead_app;
grant update (name, color, archived_at, version, updated_at) on workspaces to bulkhead_app;
grant insert (account_id, member_id, workspace_id, role) on member_workspaces to bulkhead_app;
grant update (role) on member_workspaces to bulkhead_app;
grant delete on member_workspaces to bulkhead_app;
grant insert (account_id, member_id, entered_id) on last_workspaces to bulkhead_app;
grant update (entered_id) on last_workspaces to bulkhead_app;
-- Not granted: DELETE on workspaces; a workspace is archived and brought back.

comment on table workspaces is 'scope=account; one row a client brand';
comment on table member_workspaces is 'scope=account; the role of a member in one workspace';
comment on table last_workspaces is 'scope=account; the workspace that a member entered last';
