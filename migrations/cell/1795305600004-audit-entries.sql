-- Why: what was done in an account, by whom, written in the transaction of the act: neither exists without the other.
-- Append-only for every role the application has.

create table audit_entries (
  account_id uuid not null,
  id uuid not null,
  occurred_at timestamptz not null default now(),
  category text not null check (category in ('authentication', 'session', 'membership', 'role', 'workspace', 'content',
    'file', 'secret', 'api_key', 'billing', 'settings', 'privacy', 'administration')),
  action text not null check (action ~ '^[a-z_]+\.[a-z_]+$'),
  actor_kind text not null check (actor_kind in ('user', 'job', 'operator')),
  actor_user_id uuid,
  -- of a job or of the operator; a person's name is read from members, so that it can be changed and removed there
  actor_name text,
  workspace_id uuid,
  resource_type text not null,
  resource_id uuid,
  changes jsonb not null default '{}',
  request_id text not null,
  account_session_id uuid,
  address inet,
  user_agent text,
  primary key (account_id, id),
  foreign key (account_id, workspace_id) references workspaces,
  check ((actor_kind = 'user') = (actor_user_id is not null)),
  check ((actor_kind = 'user') = (actor_name is null))
);

call app.protect_tenant_table('audit_entries', 'account',
  'the trail of the whole account; the workspace of an entry is a fact about it');

grant select on audit_entries to bulkhead_app;
grant insert (account_id, id, category, action, actor_kind, actor_user_id, actor_name, workspace_id, resource_type,
  resource_id, changes, request_id, account_session_id, address, user_agent) on audit_entries to bulkhead_app;
-- Not granted: UPDATE, DELETE, and the time of an entry, which is the database's.

comment on table audit_entries is 'scope=account; the audit trail';
