-- Why: notes, short texts in a workspace.

create table notes (
  account_id uuid not null,
  workspace_id uuid not null,
  id uuid not null,
  title text not null check (length(title) between 1 and 200),
  text text not null default '' check (length(text) <= 10000),
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (account_id, workspace_id, id),
  foreign key (account_id, workspace_id) references workspaces (account_id, id)
);

call app.protect_tenant_table('notes', 'workspace');

grant select, delete on notes to bulkhead_app;
grant insert (account_id, workspace_id, id, title, text) on notes to bulkhead_app;
grant update (title, text, version, updated_at) on notes to bulkhead_app;
-- Not granted: UPDATE of the key columns and of created_at, which never change.

comment on table notes is 'scope=workspace; short texts in a workspace';
comment on column notes.account_id is 'class=none; the tenant';
comment on column notes.workspace_id is 'class=none; the client brand';
comment on column notes.id is 'class=none; the note';
comment on column notes.title is 'class=personal; free text; may name people';
comment on column notes.text is 'class=personal; free text; may name people';
comment on column notes.version is 'class=none; counts changes, for ETags';
comment on column notes.created_at is 'class=none; when it was created';
comment on column notes.updated_at is 'class=none; when it was last changed';
