-- Why: a client that lost the answer to a POST sends it again with the same Idempotency-Key, and gets the answer of the first
-- time without a second effect. The answer is written in the transaction of the act: neither exists without the other. It may
-- hold an access token, so it is sealed under the key that the client alone knows.

create table idempotency_keys (
  account_id uuid not null,
  digest bytea not null check (length(digest) = 32),
  fingerprint bytea not null check (length(fingerprint) = 32),
  answer bytea not null,
  created_at timestamptz not null default now(),
  primary key (account_id, digest)
);
create index idempotency_keys_by_age on idempotency_keys (account_id, created_at);

call app.protect_tenant_table('idempotency_keys');

grant select on idempotency_keys to bulkhead_app;
grant insert (account_id, digest, fingerprint, answer) on idempotency_keys to bulkhead_app;
grant delete on idempotency_keys to bulkhead_app;
-- Not granted: UPDATE; an answer that was given stays what it was.

comment on table idempotency_keys is 'scope=account; answers to requests that may be repeated, for a day';
comment on column idempotency_keys.account_id is 'class=none; the tenant';
comment on column idempotency_keys.digest is 'class=none; key, person, workspace and route, under a key of ours';
comment on column idempotency_keys.fingerprint is 'class=none; the body, under a key of ours';
comment on column idempotency_keys.answer is 'class=secret; the body of the answer, sealed under the client''s key';
comment on column idempotency_keys.created_at is 'class=none; when the act was committed';
