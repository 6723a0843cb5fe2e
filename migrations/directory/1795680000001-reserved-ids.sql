-- Why: a client that opens an account and does not get the answer repeats the request with the same Idempotency-Key. Nothing spans the
-- directory and a cell in one transaction, so the ids of what is to be made are reserved first: a repetition makes the same things again,
-- which changes nothing where they are there and finishes what was interrupted.

create table reserved_ids (
  user_id uuid not null references users,
  digest bytea not null check (octet_length(digest) = 32),
  fingerprint bytea not null check (octet_length(fingerprint) = 32),
  ids uuid[] not null check (cardinality(ids) between 1 and 10),
  created_at timestamptz not null default now(),
  primary key (user_id, digest)
);
create index reserved_ids_old on reserved_ids (created_at);

-- Reserves ids for a person's request, or returns those that were reserved for it within a day, with the fingerprint of the body of then.
create function app.reserve_ids(of_user uuid, of_digest bytea, of_fingerprint bytea, new_ids uuid[])
returns table (ids uuid[], fingerprint bytea, repeated boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $body$
begin
  delete from public.reserved_ids r where r.user_id = of_user and r.digest = of_digest and r.created_at < now() - interval '1 day';
  delete from public.reserved_ids r where (r.user_id, r.digest) in (select o.user_id, o.digest from public.reserved_ids o
    where o.created_at < now() - interval '1 day' order by o.created_at limit 20 for update skip locked);
  insert into public.reserved_ids (user_id, digest, fingerprint, ids) values (of_user, of_digest, of_fingerprint, new_ids)
  on conflict do nothing;
  return query select r.ids, r.fingerprint, r.ids <> new_ids from public.reserved_ids r
    where r.user_id = of_user and r.digest = of_digest;
end
$body$;
revoke all on function app.reserve_ids(uuid, bytea, bytea, uuid[]) from public;
grant execute on function app.reserve_ids(uuid, bytea, bytea, uuid[]) to bulkhead_directory;
grant select on reserved_ids to bulkhead_backup;

comment on column reserved_ids.user_id is 'class=none; who asked';
comment on column reserved_ids.digest is 'class=none; keyed hash of the operation and the Idempotency-Key';
comment on column reserved_ids.fingerprint is 'class=none; keyed hash of the body';
comment on column reserved_ids.ids is 'class=none; what is made for it';
comment on column reserved_ids.created_at is 'class=none; when it was asked for first';
