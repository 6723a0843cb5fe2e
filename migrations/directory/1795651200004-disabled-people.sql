-- Why: somebody who must not sign in any more, whatever accounts they belong to, is disabled by the operator (ASVS 7.4.2).

-- Disables or enables a person; disabling ends every sign-in. Null where it was so already, or there is no such person.
create function app.set_user_disabled(of_user uuid, to_disabled boolean) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $body$
begin
  update public.users set status = case when to_disabled then 'disabled' else 'active' end
  where id = of_user and status = case when to_disabled then 'active' else 'disabled' end;
  if not found then
    return null;
  end if;
  if to_disabled then
    perform app.end_other_sign_in_sessions(of_user, null);
  end if;
  return true;
end
$body$;

revoke all on function app.set_user_disabled(uuid, boolean) from public;
grant execute on function app.set_user_disabled(uuid, boolean) to bulkhead_directory;
