-- Why: an IP that guessed too many passwords is refused at every public operation, not at sign-in alone, so the edge asks for itself: seconds
-- until it is let in again, null where it is not blocked.

create function app.blocked_seconds(of_address inet) returns integer
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select max(greatest(1, ceil(extract(epoch from b.until - now()))))::integer
  from public.blocked_addresses b where b.address >>= of_address and b.until > now()
$body$;
revoke all on function app.blocked_seconds(inet) from public;
grant execute on function app.blocked_seconds(inet) to bulkhead_directory;
