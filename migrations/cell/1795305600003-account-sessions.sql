-- Why: a person at work in one account, child of a sign-in session of the directory. Every request looks it up, so that
-- signing out, switching and removal count from the next request.

create table account_sessions (
  account_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  user_id uuid not null,
  sign_in_session_id uuid not null,
  started_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, member_id) references members
);
create index account_sessions_alive on account_sessions (account_id, user_id) where ended_at is null;

call app.protect_tenant_table('account_sessions');

grant select on account_sessions to bulkhead_app;
grant insert (account_id, id, member_id, user_id, sign_in_session_id, expires_at) on account_sessions to bulkhead_app;
grant update (ended_at) on account_sessions to bulkhead_app;
-- Not granted: DELETE, and UPDATE of expires_at: a session can be ended, never prolonged.

comment on table account_sessions is 'scope=account; people at work in the account';
