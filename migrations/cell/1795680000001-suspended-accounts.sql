-- Why: the operator suspends an account, and resumes it. Requests, the worker's jobs and what an attacker could inject into them may not:
-- the context of an operator is signed as such.
grant update (status) on accounts to bulkhead_app;

create function app.assert_operator_suspends() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $body$
begin
  if new.status is distinct from old.status and app.verified_capability() is distinct from 'operator' then
    raise exception 'an account is suspended and resumed by the operator alone' using errcode = 'insufficient_privilege';
  end if;
  return new;
end
$body$;
revoke all on function app.assert_operator_suspends() from public;
create trigger operator_suspends before update of status on accounts for each row execute function app.assert_operator_suspends();
