-- Why: words of what was changed in a workspace that demands a second factor are not found by a sign-in that has shown none. The function
-- leaves such entries out before it counts to its limit: a page that was filtered afterwards would tell by its length what was found.
drop function app.find_audit_entries(text, uuid, uuid, text, text, text, uuid, uuid, text, boolean, uuid, uuid, integer);

-- SECURITY DEFINER: the word index is not used under policies (see documents). The account is what the verifying function returns, never
-- an argument. `hidden` are workspaces whose entries are left out; null for none.
create function app.find_audit_entries(words text, actor uuid, on_behalf_of uuid, of_category text, of_action text,
  of_resource_type text, of_resource uuid, in_workspace uuid, with_outcome text, only_reading boolean, since_id uuid, until_id uuid,
  hidden uuid[], most integer)
returns table (id uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $body$
declare
  account uuid := app.verified_account_id();
begin
  -- by EXECUTE, so that each call is planned for its own words: rare ones by the index, common ones from the newest entry on
  return query execute $query$
    select e.id from public.audit_entries e
    where e.account_id = $1 and e.search @@ websearch_to_tsquery('simple', $2) and e.search is not null
      and ($3 is null or e.actor_user_id = $3) and ($4 is null or e.on_behalf_of_user_id = $4)
      and ($5 is null or e.category = $5) and ($6 is null or e.action = $6)
      and ($7 is null or e.resource_type = $7) and ($8 is null or e.resource_id = $8)
      and ($9 is null or e.workspace_id = $9) and ($10 is null or e.outcome = $10)
      and ($11 is null or e.reading = $11) and ($12 is null or e.id >= $12) and ($13 is null or e.id < $13)
      and ($15 is null or e.workspace_id is null or e.workspace_id <> all ($15))
    order by e.id desc limit $14 $query$
  using account, words, actor, on_behalf_of, of_category, of_action, of_resource_type, of_resource, in_workspace, with_outcome,
    only_reading, since_id, until_id, most, hidden;
end
$body$;

do $owner$
declare
  routine regprocedure := 'app.find_audit_entries(text, uuid, uuid, text, text, text, uuid, uuid, text, boolean, uuid, uuid, uuid[], integer)';
begin
  execute format('revoke all on function %s from public', routine);
  execute format('grant execute on function %s to bulkhead_app', routine);
  grant create on schema app to bulkhead_search;
  execute format('alter function %s owner to bulkhead_search', routine);
  revoke create on schema app from bulkhead_search;
end
$owner$;
