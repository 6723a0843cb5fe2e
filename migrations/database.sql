-- What a superuser does once in every database of Bulkhead. Run by the product itself where it was given a superuser's URL,
-- else by hand, as often as one likes.
revoke all on schema public from public;

do $database$
declare
  routine regprocedure;
begin
  execute format('revoke all on database %I from public', current_database());
  -- Open to everybody by default, and none of it knows a tenant: ending others' connections, locks that outlive their
  -- borrower, large objects, notifications, and writing to the log of changes from a read.
  for routine in
    select p.oid::regprocedure from pg_catalog.pg_proc p
    where p.pronamespace = 'pg_catalog'::regnamespace and p.proname in (
      'pg_terminate_backend', 'pg_cancel_backend', 'pg_advisory_lock', 'pg_advisory_lock_shared', 'pg_try_advisory_lock',
      'pg_try_advisory_lock_shared', 'lo_creat', 'lo_create', 'lo_from_bytea', 'pg_notify', 'pg_logical_emit_message')
  loop
    execute format('revoke execute on function %s from public', routine);
  end loop;
end
$database$;

-- migrations run one at a time
grant execute on function pg_catalog.pg_advisory_lock(bigint) to bulkhead_owner;
