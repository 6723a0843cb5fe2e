-- Why: what has to be mailed because of something in an account is written in the transaction of the act. The worker sees of
-- every account that there is something to do, and nothing else; it does it as a job in the account, under policies.

create table outbox_messages (
  account_id uuid not null,
  id uuid not null,
  kind text not null check (kind ~ '^[a-z_]{1,40}$'),
  subject_id uuid not null,
  created_at timestamptz not null default now(),
  due_at timestamptz not null default now(),
  attempts integer not null default 0,
  sent_at timestamptz,
  failed_at timestamptz,
  problem text check (length(problem) <= 500),
  primary key (account_id, id),
  foreign key (account_id) references accounts
);
create index outbox_messages_due on outbox_messages (due_at) where sent_at is null and failed_at is null;

call app.protect_tenant_table('outbox_messages');
create policy worker_looks on outbox_messages as permissive for select to bulkhead_worker
  using (sent_at is null and failed_at is null);

grant usage on schema public to bulkhead_worker;
grant select (account_id, id, kind, due_at, sent_at, failed_at) on outbox_messages to bulkhead_worker;
grant select on outbox_messages to bulkhead_app;
grant insert (account_id, id, kind, subject_id) on outbox_messages to bulkhead_app;
grant update (due_at, attempts, sent_at, failed_at, problem) on outbox_messages to bulkhead_app;
-- Not granted: DELETE, and what a message is about is never changed. The worker may change nothing across accounts.

comment on table outbox_messages is 'scope=account; mail to be sent by the worker';
comment on column outbox_messages.account_id is 'class=none; the tenant';
comment on column outbox_messages.id is 'class=none; the message';
comment on column outbox_messages.kind is 'class=none; what the mail is about';
comment on column outbox_messages.subject_id is 'class=none; the row it is about, of a table that its kind names';
comment on column outbox_messages.created_at is 'class=none; when it was asked for';
comment on column outbox_messages.due_at is 'class=none; when it is tried next';
comment on column outbox_messages.attempts is 'class=none; how often it was tried';
comment on column outbox_messages.sent_at is 'class=none; when a mail server took it';
comment on column outbox_messages.failed_at is 'class=none; when it was given up';
comment on column outbox_messages.problem is 'class=none; what a mail server said';
