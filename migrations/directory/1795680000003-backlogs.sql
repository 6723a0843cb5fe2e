-- Why: the worker's metrics say how far behind it is, and what it has given up.

-- Seconds that the oldest mail that is due has waited; 0 where none is.
create function app.oldest_mail_seconds() returns double precision
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select coalesce(greatest(0, extract(epoch from now() - min(m.due_at))), 0)::double precision
  from public.outbox_messages m where m.sent_at is null and m.failed_at is null
$body$;

create function app.count_dead_billing_events() returns integer
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select count(*)::integer from public.received_billing_events e where e.status = 'dead'
$body$;

revoke all on function app.oldest_mail_seconds(), app.count_dead_billing_events() from public;
grant execute on function app.oldest_mail_seconds(), app.count_dead_billing_events() to bulkhead_worker;
