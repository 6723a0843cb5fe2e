-- Why: the example of a module that is not Bulkhead's own: one workspace table, made as the README says.
create table notes (
  account_id uuid not null,
  workspace_id uuid not null,
  id uuid not null,
  dataset_id uuid not null,
  text text not null check (length(text) between 1 and 1000),
  primary key (account_id, workspace_id, id),
  foreign key (account_id, workspace_id, dataset_id) references datasets
);

call app.protect_tenant_table('notes', 'workspace');

grant select on notes to bulkhead_app;
grant insert (account_id, workspace_id, id, dataset_id, text) on notes to bulkhead_app;
grant update (text) on notes to bulkhead_app;
-- Not granted: DELETE, for nothing here deletes.

comment on table notes is 'scope=workspace; remarks on a dataset';
comment on column notes.account_id is 'class=none; the tenant';
comment on column notes.workspace_id is 'class=none; the client brand';
comment on column notes.id is 'class=none; the note';
comment on column notes.dataset_id is 'class=none; the dataset that it is about';
comment on column notes.text is 'class=personal; free text; may speak of people';
