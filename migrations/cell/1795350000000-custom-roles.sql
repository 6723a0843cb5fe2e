-- Why: an account can have roles of its own beside the six built-in ones. The authorising statement reads what such a role lets
-- do from its one row, so that a change of it counts from the next request of everybody who has it.

create table custom_roles (
  account_id uuid not null,
  id uuid not null,
  name text not null check (length(name) between 1 and 60),
  permissions text[] not null check (cardinality(permissions) <= 200),
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  removed_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id) references accounts
);
create unique index custom_roles_one_name on custom_roles (account_id, lower(name)) where removed_at is null;

alter table members
  add column custom_role_id uuid,
  drop constraint members_role_check,
  add constraint members_role_check check (role in ('owner', 'admin', 'multi_account_manager', 'developer', 'member', 'viewer', 'custom')),
  add constraint members_custom_role check (role <> 'custom' or custom_role_id is not null),
  add foreign key (account_id, custom_role_id) references custom_roles;
alter table member_workspaces
  add column custom_role_id uuid,
  drop constraint member_workspaces_role_check,
  add constraint member_workspaces_role_check check (role in ('multi_account_manager', 'developer', 'member', 'viewer', 'custom')),
  add constraint member_workspaces_custom_role check (role <> 'custom' or custom_role_id is not null),
  add foreign key (account_id, custom_role_id) references custom_roles;
alter table invitations
  add column custom_role_id uuid,
  drop constraint invitations_role_check,
  add constraint invitations_role_check check (role in ('owner', 'admin', 'multi_account_manager', 'developer', 'member', 'viewer', 'custom')),
  add constraint invitations_custom_role check (role <> 'custom' or custom_role_id is not null),
  add foreign key (account_id, custom_role_id) references custom_roles;
alter table invitation_workspaces
  add column custom_role_id uuid,
  drop constraint invitation_workspaces_role_check,
  add constraint invitation_workspaces_role_check check (role in ('multi_account_manager', 'developer', 'member', 'viewer', 'custom')),
  add constraint invitation_workspaces_custom_role check (role <> 'custom' or custom_role_id is not null),
  add foreign key (account_id, custom_role_id) references custom_roles;

call app.protect_tenant_table('custom_roles');

grant select on custom_roles to bulkhead_app;
grant insert (account_id, id, name, permissions) on custom_roles to bulkhead_app;
grant update (name, permissions, version, updated_at, removed_at) on custom_roles to bulkhead_app;
grant insert (custom_role_id) on members, member_workspaces, invitations, invitation_workspaces to bulkhead_app;
grant update (custom_role_id) on members, member_workspaces to bulkhead_app;
-- Not granted: DELETE; people who are gone, and settled invitations, go on naming the role that they had.

comment on table custom_roles is 'scope=account; roles of the account beside the built-in ones';
comment on column custom_roles.account_id is 'class=none; the tenant';
comment on column custom_roles.id is 'class=none; the role';
comment on column custom_roles.name is 'class=none; what the account calls it';
comment on column custom_roles.permissions is 'class=none; what it lets a member do';
comment on column custom_roles.version is 'class=none; counts changes, for ETags';
comment on column custom_roles.created_at is 'class=none; when it was made';
comment on column custom_roles.updated_at is 'class=none; when it was changed last';
comment on column custom_roles.removed_at is 'class=none; since when nobody can have it any more';
comment on column members.custom_role_id is 'class=none; the role of the account’s own, where it is one';
comment on column member_workspaces.custom_role_id is 'class=none; the role of the account’s own, where it is one';
comment on column invitations.custom_role_id is 'class=none; the role of the account’s own, where it is one';
comment on column invitation_workspaces.custom_role_id is 'class=none; the role of the account’s own, where it is one';
