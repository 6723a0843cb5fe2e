-- Why: people come into an account by invitation. The row says to which address, with what; the secret that the mail carries
-- is made by the worker when it sends, and only its hash is here. An invitation that was not accepted stays in the list.

create table invitations (
  account_id uuid not null,
  id uuid not null,
  email text not null check (length(email) between 3 and 320),
  email_key text not null,
  role text not null check (role in ('owner', 'admin', 'multi_account_manager', 'developer', 'member', 'viewer')),
  access text not null default 'all' check (access in ('all', 'named')),
  status text not null default 'pending' check (status in ('pending', 'accepted', 'revoked')),
  secret_hash bytea check (length(secret_hash) = 32),
  invited_by uuid,
  accepted_by uuid,
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  expires_at timestamptz not null,
  settled_at timestamptz,
  version integer not null default 1,
  primary key (account_id, id),
  foreign key (account_id) references accounts,
  foreign key (account_id, invited_by) references members,
  foreign key (account_id, accepted_by) references members,
  check (access = 'all' or role not in ('owner', 'admin')),
  check ((status = 'pending') = (settled_at is null)),
  -- what is settled opens nothing
  check (status = 'pending' or secret_hash is null)
);
create unique index invitations_one_pending on invitations (account_id, email_key) where status = 'pending';

create table invitation_workspaces (
  account_id uuid not null,
  invitation_id uuid not null,
  workspace_id uuid not null,
  role text not null check (role in ('multi_account_manager', 'developer', 'member', 'viewer')),
  primary key (account_id, invitation_id, workspace_id),
  foreign key (account_id, invitation_id) references invitations,
  foreign key (account_id, workspace_id) references workspaces
);

call app.protect_tenant_table('invitations');
call app.protect_tenant_table('invitation_workspaces', 'account', 'read when somebody joins, before a workspace is entered');

-- Whoever signs up makes an account: as a job that names itself, in a context of its own. A member's context still may not.
drop policy operator_creates on accounts;
create policy no_member_creates on accounts as restrictive for insert to bulkhead_app
  with check ((select app.verified_capability()) in ('operator', 'job'));

grant select on invitations, invitation_workspaces to bulkhead_app;
grant insert (account_id, id, email, email_key, role, access, invited_by, expires_at) on invitations to bulkhead_app;
grant update (status, secret_hash, accepted_by, sent_at, expires_at, settled_at, version) on invitations to bulkhead_app;
grant insert (account_id, invitation_id, workspace_id, role) on invitation_workspaces to bulkhead_app;
-- Not granted: DELETE, and neither address nor role of an invitation is ever changed: a mail has said them.

comment on table invitations is 'scope=account; people who were asked to join, and what became of it';
comment on table invitation_workspaces is 'scope=account; workspaces that come with an invitation';
comment on column invitations.account_id is 'class=none; the tenant';
comment on column invitations.id is 'class=none; the invitation';
comment on column invitations.email is 'class=personal; the address as it was given';
comment on column invitations.email_key is 'class=personal; the same as addresses are compared';
comment on column invitations.role is 'class=none; what the member will be';
comment on column invitations.access is 'class=none; all workspaces, or named ones';
comment on column invitations.status is 'class=none; pending, accepted or revoked; what is pending can have expired';
comment on column invitations.secret_hash is 'class=secret; SHA-256 of what the newest mail carries';
comment on column invitations.invited_by is 'class=none; the member who asked; null for the operator';
comment on column invitations.accepted_by is 'class=none; the member that came of it';
comment on column invitations.created_at is 'class=none; when it was made';
comment on column invitations.sent_at is 'class=none; when its newest mail was made';
comment on column invitations.expires_at is 'class=none; how long its newest mail is good';
comment on column invitations.settled_at is 'class=none; when it was accepted or revoked';
comment on column invitations.version is 'class=none; counts changes, for ETags';
comment on column invitation_workspaces.account_id is 'class=none; the tenant';
comment on column invitation_workspaces.invitation_id is 'class=none; the invitation';
comment on column invitation_workspaces.workspace_id is 'class=none; where';
comment on column invitation_workspaces.role is 'class=none; what the member will be there';
