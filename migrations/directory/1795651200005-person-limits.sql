-- Why: many things that one person does at once, two hundred invitations for example, are counted in one round trip.

create function app.count_requests(of_key text, window_seconds numeric, times integer) returns table (hits integer, seconds_left integer)
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  insert into public.request_counts as c (key, hits, ends_at)
  values (of_key, times, now() + make_interval(secs => window_seconds::double precision))
  on conflict (key) do update set
    hits = case when c.ends_at < now() then times else c.hits + times end,
    ends_at = case when c.ends_at < now() then excluded.ends_at else c.ends_at end
  returning c.hits, ceil(extract(epoch from c.ends_at - now()))::integer
$body$;
revoke all on function app.count_requests(text, numeric, integer) from public;
grant execute on function app.count_requests(text, numeric, integer) to bulkhead_directory;
