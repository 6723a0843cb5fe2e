-- Why: with another SECRET_KEY every password, key and seal would be another. Who comes with one is told so, before anything is changed.
-- A fingerprint is derived from the secret with a key of its own; the secret cannot be found from it.

create table app.installation (
  only_one boolean primary key default true check (only_one),
  fingerprint text not null
);

-- True for the secret of this installation; null for any other, and before one is known.
create function app.knows_secret(of_fingerprint text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select true from app.installation i where i.fingerprint = of_fingerprint
$body$;
revoke all on function app.knows_secret(text) from public;
grant execute on function app.knows_secret(text) to bulkhead_directory;
-- Not granted: the table, to anyone but the owner. bulkhead_backup needs no copy: it is written again by the next migration.

comment on column app.installation.only_one is 'class=none; there is one row';
comment on column app.installation.fingerprint is 'class=none; of the secret that everything here derives from';
