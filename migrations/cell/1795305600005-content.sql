-- Why: what a workspace holds. Documents are found by words; the full-text operator is not leakproof, so under policies it
-- loses its index. A function of a role of its own searches the index with the verified tenant compared in it, and gives
-- back ids only, which are then read under policies.

create extension if not exists btree_gin;

create table datasets (
  account_id uuid not null,
  workspace_id uuid not null,
  id uuid not null,
  name text not null check (length(name) between 1 and 200),
  description text not null default '' check (length(description) <= 2000),
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (account_id, workspace_id, id),
  foreign key (account_id, workspace_id) references workspaces
);

create table documents (
  account_id uuid not null,
  workspace_id uuid not null,
  id uuid not null,
  dataset_id uuid not null,
  title text not null check (length(title) between 1 and 300),
  body text not null default '' check (length(body) <= 200000),
  source_url text check (length(source_url) <= 2000),
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  search tsvector not null generated always as (
    setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', body), 'B')) stored,
  primary key (account_id, workspace_id, id),
  foreign key (account_id, workspace_id, dataset_id) references datasets
);
create index documents_of_dataset on documents (account_id, workspace_id, dataset_id, id desc);
create index documents_by_words on documents using gin (account_id, workspace_id, search);
-- The two columns depend on each other; without this the planner multiplies their selectivities and picks a wrong index.
create statistics documents_tenant (dependencies, ndistinct) on account_id, workspace_id from documents;

call app.protect_tenant_table('datasets', 'workspace');
call app.protect_tenant_table('documents', 'workspace');

grant select on datasets, documents to bulkhead_app;
grant insert (account_id, workspace_id, id, name, description) on datasets to bulkhead_app;
grant update (name, description, version, updated_at, deleted_at) on datasets to bulkhead_app;
grant insert (account_id, workspace_id, id, dataset_id, title, body, source_url) on documents to bulkhead_app;
grant update (title, body, source_url, version, updated_at, deleted_at) on documents to bulkhead_app;
-- Not granted: DELETE; a deleted document can be restored for 30 days.

-- The searching role sees tenants, ids and word vectors of every row, and no text. Nobody signs in as it.
create policy search_reads on documents as permissive for select to bulkhead_search using (true);
grant select (account_id, workspace_id, id, search, deleted_at) on documents to bulkhead_search;

-- SECURITY DEFINER: see above. The tenant is what the verifying functions return, never an argument.
create function app.search_documents(words text, most integer) returns table (id uuid, rank real)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $body$
declare
  account uuid := app.verified_account_id();
  workspace uuid := app.verified_workspace_id();
  query tsquery := websearch_to_tsquery('english', words);
begin
  return query
    select d.id, ts_rank(d.search, query) as rank
    from public.documents d
    where d.account_id = account and d.workspace_id = workspace and d.search @@ query and d.deleted_at is null
    order by ts_rank(d.search, query) desc, d.id desc
    limit most;
end
$body$;
revoke all on function app.search_documents(text, integer) from public;
grant execute on function app.search_documents(text, integer) to bulkhead_app;
grant create on schema app to bulkhead_search;
alter function app.search_documents(text, integer) owner to bulkhead_search;
revoke create on schema app from bulkhead_search;

comment on table datasets is 'scope=workspace; collections of documents';
comment on table documents is 'scope=workspace; texts, soft-deleted for 30 days';
