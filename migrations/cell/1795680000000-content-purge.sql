-- Why: what was deleted can be restored for 30 days, and is gone for good after them (LIF-04). The application cannot delete rows; one
-- function can, owned by the role that purges the trail. It takes no account and no date, and a policy of that role refuses once
-- more whatever is not deleted or was deleted later.

create index documents_deleted on documents (account_id, deleted_at) where deleted_at is not null;
create index datasets_deleted on datasets (account_id, deleted_at) where deleted_at is not null;

do $policies$
declare
  target regclass;
begin
  foreach target in array array['documents', 'datasets']::regclass[] loop
    execute format('create policy retention_reads on %s as permissive for select to bulkhead_retention
      using (account_id = (select app.verified_account_id()))', target);
    execute format('create policy retention_deletes on %s as permissive for delete to bulkhead_retention
      using (account_id = (select app.verified_account_id()) and deleted_at < now() - interval ''30 days'')', target);
    execute format('grant delete on %s to bulkhead_retention', target);
    -- the application writes the moment of a deletion: without this it could write an old one, and the purge would take the row at once
    execute format('create policy deleted_now on %s as restrictive for update to bulkhead_app
      with check (deleted_at is null or deleted_at > now() - interval ''1 minute'')', target);
  end loop;
end
$policies$;
grant select (account_id, workspace_id, id, dataset_id, deleted_at) on documents to bulkhead_retention;
grant select (account_id, workspace_id, id, deleted_at) on datasets to bulkhead_retention;

-- Rows that are deleted are counted off by a trigger, which runs as whoever deletes them.
create policy retention_counts on account_usage as permissive for all to bulkhead_retention
  using (account_id = (select app.verified_account_id()));
grant select (account_id, seats, workspaces, documents, storage_bytes), update (seats, workspaces, documents, storage_bytes)
  on account_usage to bulkhead_retention;

-- Deletes documents and datasets of the verified account that were deleted 30 days ago or earlier, so many of each at most; datasets
-- after the last of their documents. Returns how many went.
create function app.purge_deleted_content(most integer, out documents bigint, out datasets bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $body$
declare
  account uuid := app.verified_account_id();
begin
  if app.verified_capability() is distinct from 'job' then
    raise exception 'deleted content is purged by a job alone' using errcode = 'insufficient_privilege';
  end if;
  with gone as (
    delete from public.documents d using (
      select o.workspace_id, o.id from public.documents o
      where o.account_id = account and o.deleted_at < now() - interval '30 days'
      order by o.deleted_at limit most) over
    where d.account_id = account and d.workspace_id = over.workspace_id and d.id = over.id
      and d.deleted_at < now() - interval '30 days'
    returning 1
  ) select count(*) into documents from gone;
  with gone as (
    delete from public.datasets s using (
      select o.workspace_id, o.id from public.datasets o
      where o.account_id = account and o.deleted_at < now() - interval '30 days'
        and not exists (select from public.documents d
          where d.account_id = account and d.workspace_id = o.workspace_id and d.dataset_id = o.id)
      order by o.deleted_at limit most) over
    where s.account_id = account and s.workspace_id = over.workspace_id and s.id = over.id
      and s.deleted_at < now() - interval '30 days'
    returning 1
  ) select count(*) into datasets from gone;
end
$body$;
revoke all on function app.purge_deleted_content(integer) from public;
grant execute on function app.purge_deleted_content(integer) to bulkhead_app;
grant create on schema app to bulkhead_retention;
alter function app.purge_deleted_content(integer) owner to bulkhead_retention;
revoke create on schema app from bulkhead_retention;
