-- Why: every column says what it is for and what class of data it holds: none, personal (of or about a person) or secret
-- (gives access to whoever has it). Export, erasure and scrubbing go by it; a column without a class fails the migration.

comment on column app.cell.only_one is 'class=none; keeps the table to one row';
comment on column app.cell.name is 'class=none; the cell that this database is, compared at boot';
comment on column app.cell.region is 'class=none; where its accounts may live';

comment on column app.context_keys.id is 'class=none; the key id that a signature names';
comment on column app.context_keys.inner_key is 'class=secret; inner pad of the HMAC key that signs contexts';
comment on column app.context_keys.outer_key is 'class=secret; outer pad of the same key';

comment on column app.tenant_tables.name is 'class=none; a protected table';
comment on column app.tenant_tables.scope is 'class=none; what separates its rows';
comment on column app.tenant_tables.reason is 'class=none; why it names a workspace and is not separated by it';

comment on column app.migrations.name is 'class=none; a migration file';
comment on column app.migrations.checksum is 'class=none; SHA-256 of the file as it was applied';
comment on column app.migrations.applied_at is 'class=none; when';

comment on column accounts.account_id is 'class=none; the tenant';
comment on column accounts.name is 'class=none; the name of the agency, a business';
comment on column accounts.data_region is 'class=none; where its data lives';
comment on column accounts.time_zone is 'class=none; in which its days are counted';
comment on column accounts.status is 'class=none; whether it may be used';
comment on column accounts.version is 'class=none; counts changes, for ETags';
comment on column accounts.created_at is 'class=none; when it was made';
comment on column accounts.updated_at is 'class=none; when it changed last';

comment on column members.account_id is 'class=none; the tenant';
comment on column members.id is 'class=none; the membership';
comment on column members.user_id is 'class=none; the person, by the directory''s id';
comment on column members.name is 'class=personal; copy of the person''s name, for lists and the trail';
comment on column members.email is 'class=personal; copy of the person''s address, to tell people apart';
comment on column members.role is 'class=none; what the member may do';
comment on column members.access is 'class=none; all workspaces, or named ones';
comment on column members.status is 'class=none; active or removed';
comment on column members.version is 'class=none; counts changes, for ETags';
comment on column members.joined_at is 'class=none; when the membership began';
comment on column members.removed_at is 'class=none; when it ended';

comment on column workspaces.account_id is 'class=none; the tenant';
comment on column workspaces.id is 'class=none; the client brand';
comment on column workspaces.name is 'class=none; the name of the brand';
comment on column workspaces.color is 'class=none; shown beside the name';
comment on column workspaces.archived_at is 'class=none; set while nobody may enter it';
comment on column workspaces.version is 'class=none; counts changes, for ETags';
comment on column workspaces.created_at is 'class=none; when it was made';
comment on column workspaces.updated_at is 'class=none; when it changed last';

comment on column member_workspaces.account_id is 'class=none; the tenant';
comment on column member_workspaces.member_id is 'class=none; who';
comment on column member_workspaces.workspace_id is 'class=none; where';
comment on column member_workspaces.role is 'class=none; what the member may do there';

comment on column last_workspaces.account_id is 'class=none; the tenant';
comment on column last_workspaces.member_id is 'class=none; who';
comment on column last_workspaces.entered_id is 'class=personal; the workspace that the person entered last, to offer it first';

comment on column account_sessions.account_id is 'class=none; the tenant';
comment on column account_sessions.id is 'class=none; the session, named in tokens';
comment on column account_sessions.member_id is 'class=none; who is at work';
comment on column account_sessions.user_id is 'class=none; the same, by the directory''s id';
comment on column account_sessions.sign_in_session_id is 'class=none; the sign-in that it is a child of';
comment on column account_sessions.started_at is 'class=personal; when the person began to work';
comment on column account_sessions.expires_at is 'class=none; when it ends by itself';
comment on column account_sessions.ended_at is 'class=personal; when it was ended';

comment on column audit_entries.account_id is 'class=none; the tenant';
comment on column audit_entries.id is 'class=none; the entry';
comment on column audit_entries.occurred_at is 'class=none; when, by the database''s clock';
comment on column audit_entries.category is 'class=none; one of a closed list';
comment on column audit_entries.action is 'class=none; what was done';
comment on column audit_entries.actor_kind is 'class=none; person, job or operator';
comment on column audit_entries.actor_user_id is 'class=personal; the person who did it';
comment on column audit_entries.actor_name is 'class=none; the job or the operator''s command that did it';
comment on column audit_entries.workspace_id is 'class=none; the workspace that it concerns';
comment on column audit_entries.resource_type is 'class=none; what kind of thing it was done to';
comment on column audit_entries.resource_id is 'class=none; to which one';
comment on column audit_entries.changes is 'class=personal; by field, from and to; a member''s fields are among them';
comment on column audit_entries.request_id is 'class=none; ties the entry to logs and answers';
comment on column audit_entries.account_session_id is 'class=none; the session it was done in (no key: an entry outlives it)';
comment on column audit_entries.address is 'class=personal; network address of the request';
comment on column audit_entries.user_agent is 'class=personal; program that sent the request';

comment on column datasets.account_id is 'class=none; the tenant';
comment on column datasets.workspace_id is 'class=none; the client brand';
comment on column datasets.id is 'class=none; the dataset';
comment on column datasets.name is 'class=none; as the agency calls it';
comment on column datasets.description is 'class=personal; free text; may speak of people';
comment on column datasets.version is 'class=none; counts changes, for ETags';
comment on column datasets.created_at is 'class=none; when it was made';
comment on column datasets.updated_at is 'class=none; when it changed last';
comment on column datasets.deleted_at is 'class=none; set while it can still be restored';

comment on column documents.account_id is 'class=none; the tenant';
comment on column documents.workspace_id is 'class=none; the client brand';
comment on column documents.id is 'class=none; the document';
comment on column documents.dataset_id is 'class=none; the dataset that it is in';
comment on column documents.title is 'class=personal; free text; may speak of people';
comment on column documents.body is 'class=personal; free text; may speak of people';
comment on column documents.source_url is 'class=personal; where the text came from; may name people';
comment on column documents.version is 'class=none; counts changes, for ETags';
comment on column documents.created_at is 'class=none; when it was made';
comment on column documents.updated_at is 'class=none; when it changed last';
comment on column documents.deleted_at is 'class=none; set while it can still be restored';
comment on column documents.search is 'class=personal; words of title and body, for the index';
