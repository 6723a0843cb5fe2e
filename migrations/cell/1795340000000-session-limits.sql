-- Why: a session ends when it was not used for a while, and after a while however much it is used; the account says after how
-- long. `expires_at`, which every request looks at, moves on with use and never beyond `ends_at`. Which workspace was entered
-- is kept with the session, so that a token that is renewed stands where the one before stood.

alter table accounts
  add column session_idle_minutes integer check (session_idle_minutes between 5 and 1440),
  add column session_minutes integer check (session_minutes between 15 and 43200),
  add column strict_switching boolean not null default false;

alter table account_sessions
  add column ends_at timestamptz,
  add column entered_id uuid,
  add foreign key (account_id, entered_id) references workspaces;
call app.as_owner_of(array['account_sessions'::regclass], 'update account_sessions set ends_at = expires_at');
alter table account_sessions alter column ends_at set not null, add check (expires_at <= ends_at);

grant update (session_idle_minutes, session_minutes, strict_switching) on accounts to bulkhead_app;
grant insert (ends_at) on account_sessions to bulkhead_app;
grant update (expires_at, entered_id) on account_sessions to bulkhead_app;
-- Not granted: UPDATE of ends_at: use prolongs a session, up to an end that stays where it was.

comment on column accounts.session_idle_minutes is 'class=none; a session that is not used ends after so long; the installation''s where it is null';
comment on column accounts.session_minutes is 'class=none; a session ends after so long however much it is used; the installation''s where it is null';
comment on column accounts.strict_switching is 'class=none; whoever switches leaves with every tab';
comment on column account_sessions.ends_at is 'class=none; when it ends however much it is used';
comment on column account_sessions.entered_id is 'class=personal; the workspace entered in it';
