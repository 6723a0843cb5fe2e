-- Why: every column says what it is for and what class of data it holds: none, personal (of or about a person) or secret
-- (gives access to whoever has it). Export, erasure and scrubbing go by it; a column without a class fails the migration.

comment on column app.migrations.name is 'class=none; a migration file';
comment on column app.migrations.checksum is 'class=none; SHA-256 of the file as it was applied';
comment on column app.migrations.applied_at is 'class=none; when';

comment on column users.id is 'class=none; the person';
comment on column users.email_key is 'class=personal; the address as people compare it, to sign in';
comment on column users.email is 'class=personal; the address as it was given, to write to';
comment on column users.name is 'class=personal; what the person is called';
comment on column users.status is 'class=none; whether the person may sign in';
comment on column users.created_at is 'class=none; when the person was added';

comment on column credentials.user_id is 'class=none; whose';
comment on column credentials.password_hash is 'class=secret; Argon2id, with its parameters';
comment on column credentials.updated_at is 'class=none; when it was set';

comment on column sign_in_sessions.id is 'class=none; the session, named in tokens';
comment on column sign_in_sessions.user_id is 'class=none; who is signed in';
comment on column sign_in_sessions.started_at is 'class=personal; when the person signed in';
comment on column sign_in_sessions.expires_at is 'class=none; when it ends by itself';
comment on column sign_in_sessions.ended_at is 'class=personal; when the person signed out';
comment on column sign_in_sessions.address is 'class=personal; network address of the device';
comment on column sign_in_sessions.user_agent is 'class=personal; program on the device';

comment on column platform_entries.id is 'class=none; the entry';
comment on column platform_entries.occurred_at is 'class=none; when, by the database''s clock';
comment on column platform_entries.category is 'class=none; one of a closed list';
comment on column platform_entries.action is 'class=none; what happened';
comment on column platform_entries.actor is 'class=none; kind of the actor';
comment on column platform_entries.user_id is 'class=personal; the person it is about';
comment on column platform_entries.account_id is 'class=none; the account it is about';
comment on column platform_entries.request_id is 'class=none; ties the entry to logs and answers';
comment on column platform_entries.address is 'class=personal; network address of the request';
comment on column platform_entries.user_agent is 'class=personal; program that sent the request';
comment on column platform_entries.details is 'class=personal; what else is known of the event';

comment on column account_pointers.account_id is 'class=none; the account';
comment on column account_pointers.cell is 'class=none; the cell that holds it';
comment on column account_pointers.status is 'class=none; pending until the cell has the account';
comment on column account_pointers.created_at is 'class=none; when it was begun';

comment on column user_accounts.user_id is 'class=none; who';
comment on column user_accounts.account_id is 'class=none; belongs to which account';
comment on column user_accounts.created_at is 'class=none; since when';

comment on column pending_sign_outs.sign_in_session_id is 'class=none; the sign-in that ended';
comment on column pending_sign_outs.account_id is 'class=none; the account whose cell must hear of it';
comment on column pending_sign_outs.user_id is 'class=none; who signed out';
comment on column pending_sign_outs.created_at is 'class=none; when';
comment on column pending_sign_outs.tried_at is 'class=none; when it was tried last';
