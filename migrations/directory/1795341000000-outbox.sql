-- Why: what has to be mailed to a person is written in the transaction of the act and sent by the worker: a mail server that
-- does not answer holds nothing up, and nothing is lost. Links and codes are made by the worker when it sends: whoever asks
-- for a mail never sees them, and no table has them, only their hashes.

alter table users add column mailbox_spent boolean not null default false;
comment on column users.mailbox_spent is 'class=none; a password was set by mail, and no factor other than mail was used since';

create table outbox_messages (
  id uuid primary key,
  kind text not null check (kind ~ '^[a-z_]{1,40}$'),
  user_id uuid references users,
  email text not null check (length(email) between 3 and 320),
  email_key text not null,
  details jsonb not null default '{}',
  created_at timestamptz not null default now(),
  due_at timestamptz not null default now(),
  attempts integer not null default 0,
  sent_at timestamptz,
  failed_at timestamptz,
  problem text check (length(problem) <= 500)
);
create index outbox_messages_due on outbox_messages (due_at) where sent_at is null and failed_at is null;
create index outbox_messages_to on outbox_messages (email_key, kind, created_at);

-- A secret that was mailed to an address, good once: whoever has it can read what is sent there.
create table verifications (
  id uuid primary key,
  kind text not null check (kind ~ '^[a-z_]{1,40}$'),
  user_id uuid references users,
  email text not null check (length(email) between 3 and 320),
  email_key text not null,
  secret_hash bytea not null check (length(secret_hash) = 32),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index verifications_of_address on verifications (email_key, kind) where used_at is null;

-- Asks for a mail. Does the same for every address; one that was written to often of late gets no more for a while, so that
-- nobody's mailbox is flooded by others.
create function app.request_mail(new_id uuid, of_kind text, to_user uuid, to_email text, to_email_key text, more jsonb,
  most integer, within_seconds integer) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  -- of many at once, each sees those before it
  select pg_advisory_xact_lock(hashtextextended('request_mail:' || to_email_key, 0));
  insert into public.outbox_messages (id, kind, user_id, email, email_key, details)
  select new_id, of_kind, to_user, to_email, to_email_key, more
  where (select count(*) from public.outbox_messages m where m.email_key = to_email_key and m.kind = of_kind
    and m.created_at > now() - make_interval(secs => within_seconds)) < most
$body$;

-- Whether a secret is good, without using it up; the person where there is one.
create function app.find_verification(wanted_id uuid, of_kind text, with_secret_hash bytea)
returns table (user_id uuid, name text, email text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select u.id, u.name, v.email from public.verifications v left join public.users u on u.id = v.user_id
  where v.id = wanted_id and v.kind = of_kind and v.secret_hash = with_secret_hash and v.used_at is null
    and v.expires_at > now() and (u.id is null or u.status = 'active')
$body$;

-- Sets a password by a mailed secret, once, and ends every sign-in of the person. Null where the secret is not good.
create function app.reset_password(verification_id uuid, with_secret_hash bytea, new_password_hash text) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $body$
declare
  person uuid;
begin
  update public.verifications v set used_at = now()
  from public.users u
  where v.id = verification_id and v.kind = 'password_reset' and v.secret_hash = with_secret_hash and v.used_at is null
    and v.expires_at > now() and u.id = v.user_id and u.status = 'active'
  returning v.user_id into person;
  if person is not null then
    insert into public.credentials (user_id, password_hash) values (person, new_password_hash)
    on conflict (user_id) do update set password_hash = excluded.password_hash, updated_at = now();
    -- whoever reads the mailbox has the password now: a code by mail would be no second factor any more
    update public.users set mailbox_spent = true where id = person;
    perform app.end_other_sign_in_sessions(person, null);
    update public.verifications set used_at = now()
    where user_id = person and kind in ('password_reset', 'sign_in_code') and used_at is null;
  end if;
  return person;
end
$body$;

-- The same password under a hash of today's parameters.
create function app.rehash_password(of_user uuid, old_password_hash text, new_password_hash text) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  update public.credentials set password_hash = new_password_hash
  where user_id = of_user and password_hash = old_password_hash
$body$;

-- Sets a password where the one before is still what it was, and ends every other sign-in; false where it has changed meanwhile.
create function app.change_password(of_user uuid, old_password_hash text, new_password_hash text, kept_session uuid)
returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $body$
begin
  update public.credentials set password_hash = new_password_hash, updated_at = now()
  where user_id = of_user and password_hash = old_password_hash;
  if not found then
    return false;
  end if;
  perform app.end_other_sign_in_sessions(of_user, kept_session);
  -- what somebody else may have asked for meanwhile
  update public.verifications set used_at = now()
  where user_id = of_user and kind in ('password_reset', 'sign_in_code') and used_at is null;
  return true;
end
$body$;

create function app.find_password(of_user uuid) returns table (name text, email text, password_hash text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select u.name, u.email, c.password_hash from public.users u join public.credentials c on c.user_id = u.id
  where u.id = of_user and u.status = 'active'
$body$;

-- The worker's. The application may ask for mail; it can neither read what is to be sent nor make a secret for an address.

create function app.claim_mail(most integer, lease_seconds integer)
returns table (id uuid, kind text, user_id uuid, email text, email_key text, details jsonb, attempts integer)
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  update public.outbox_messages m set attempts = m.attempts + 1, due_at = now() + make_interval(secs => lease_seconds)
  where m.id in (select d.id from public.outbox_messages d where d.sent_at is null and d.failed_at is null and d.due_at <= now()
    order by d.due_at limit most for update skip locked)
  returning m.id, m.kind, m.user_id, m.email, m.email_key, m.details, m.attempts
$body$;

-- What was sent is forgotten after two days; until then it counts for how often an address was written to.
create function app.mail_sent(message_id uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  update public.outbox_messages set sent_at = now(), problem = null where id = message_id;
  delete from public.outbox_messages where sent_at < now() - interval '2 days';
  delete from public.verifications where expires_at < now() - interval '2 days';
$body$;

-- Tried again after so many seconds; null gives it up.
create function app.mail_not_sent(message_id uuid, why text, again_after_seconds integer) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  update public.outbox_messages set problem = left(why, 500),
    due_at = now() + make_interval(secs => coalesce(again_after_seconds, 0)),
    failed_at = case when again_after_seconds is null then now() end
  where id = message_id
$body$;

-- A new secret for an address takes the place of those before.
create function app.issue_verification(new_id uuid, of_kind text, for_user uuid, for_email text, for_email_key text,
  new_secret_hash bytea, seconds integer) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  update public.verifications set used_at = now() where email_key = for_email_key and kind = of_kind and used_at is null;
  insert into public.verifications (id, kind, user_id, email, email_key, secret_hash, expires_at)
  values (new_id, of_kind, for_user, for_email, for_email_key, new_secret_hash, now() + make_interval(secs => seconds))
$body$;

create function app.find_addressee(wanted_email_key text) returns table (user_id uuid, name text, email text, status text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $body$
  select u.id, u.name, u.email, u.status from public.users u where u.email_key = wanted_email_key
$body$;

do $grants$
declare
  routine record;
begin
  for routine in
    select p.oid::regprocedure as name,
      case when p.proname in ('claim_mail', 'mail_sent', 'mail_not_sent', 'issue_verification', 'find_addressee')
        then 'bulkhead_worker' else 'bulkhead_directory' end as caller
    from pg_proc p where p.pronamespace = 'app'::regnamespace
  loop
    execute format('revoke all on function %s from public', routine.name);
    execute format('grant execute on function %s to %I', routine.name, routine.caller);
  end loop;
end
$grants$;
grant usage on schema app to bulkhead_worker;
-- Not granted: any table, to anyone but the owner. bulkhead_backup reads them for the dump.
grant select on outbox_messages, verifications to bulkhead_backup;

comment on column outbox_messages.id is 'class=none; the message';
comment on column outbox_messages.kind is 'class=none; what the mail is about';
comment on column outbox_messages.user_id is 'class=none; to whom, where it is known';
comment on column outbox_messages.email is 'class=personal; the address to write to';
comment on column outbox_messages.email_key is 'class=personal; the same as addresses are compared';
comment on column outbox_messages.details is 'class=personal; what else the mail says; never a secret';
comment on column outbox_messages.created_at is 'class=none; when it was asked for';
comment on column outbox_messages.due_at is 'class=none; when it is tried next';
comment on column outbox_messages.attempts is 'class=none; how often it was tried';
comment on column outbox_messages.sent_at is 'class=none; when a mail server took it';
comment on column outbox_messages.failed_at is 'class=none; when it was given up';
comment on column outbox_messages.problem is 'class=none; what a mail server said';
comment on column verifications.id is 'class=none; the secret''s name, part of what was mailed';
comment on column verifications.kind is 'class=none; what it is good for';
comment on column verifications.user_id is 'class=none; whose, where the person is known';
comment on column verifications.email is 'class=personal; the address that it was mailed to';
comment on column verifications.email_key is 'class=personal; the same as addresses are compared';
comment on column verifications.secret_hash is 'class=secret; SHA-256 of what was mailed';
comment on column verifications.created_at is 'class=none; when it was made';
comment on column verifications.expires_at is 'class=none; how long it is good';
comment on column verifications.used_at is 'class=none; when it was used, or replaced';
