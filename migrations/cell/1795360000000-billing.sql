-- Why: an account has a plan, which says what it may do and how much of it, and a subscription, which says for how long. What was
-- bought is kept with the account, so that a change of the catalogue of plans changes nothing for who has bought (ADR 20).
-- The state of a subscription is a fold over what the provider of payments reported, in the order of its own clock (ADR 21).

alter table accounts add column read_only boolean not null default false;
grant update (read_only) on accounts to bulkhead_app;

-- What the account may do now: one row.
create table account_terms (
  account_id uuid primary key,
  plan text not null check (plan ~ '^[a-z][a-z0-9_]{0,39}$'),
  plan_version integer not null check (plan_version > 0),
  entitlements text[] not null,
  -- by name; a limit that is not here is none
  limits jsonb not null check (jsonb_typeof(limits) = 'object'),
  updated_at timestamptz not null default now()
);
call app.protect_tenant_table('account_terms');

-- How much of it is used: one row, kept by the triggers below.
create table account_usage (
  account_id uuid primary key,
  seats integer not null default 0,
  workspaces integer not null default 0,
  documents bigint not null default 0,
  storage_bytes bigint not null default 0
);
call app.protect_tenant_table('account_usage');

create table account_requests (
  account_id uuid not null,
  month date not null check (extract(day from month) = 1),
  requests bigint not null,
  primary key (account_id, month),
  foreign key (account_id) references accounts
);
call app.protect_tenant_table('account_requests');

-- Entries written before a moment are kept as many days as the plan of then had promised.
create table audit_promises (
  account_id uuid not null,
  recorded_before timestamptz not null,
  days integer not null check (days > 0),
  primary key (account_id, recorded_before),
  foreign key (account_id) references accounts
);
call app.protect_tenant_table('audit_promises');

create table subscriptions (
  account_id uuid primary key,
  state text not null check (state in ('trialing', 'active', 'past_due', 'paused', 'read_only', 'cancelled', 'ended')),
  since timestamptz not null,
  deadline_at timestamptz,
  -- when a worker looks at it next: for a deadline, or for what the provider is to be told
  due_at timestamptz,
  -- how it began: what the fold begins with
  beginning jsonb not null check (jsonb_typeof(beginning) = 'object'),
  plan text not null,
  plan_version integer not null,
  seats integer check (seats > 0),
  provider text check (provider in ('paddle', 'stripe')),
  customer text,
  reference text,
  price text,
  period_ends_at timestamptz,
  cancels_at timestamptz,
  data_until timestamptz,
  -- a change that the provider is to be told of, until its answer is known; and the last that it refused
  pending jsonb,
  pending_since timestamptz,
  refused text check (length(refused) <= 100),
  version integer not null default 1,
  updated_at timestamptz not null default now(),
  check ((pending is null) = (pending_since is null))
);
create index subscriptions_due on subscriptions (due_at) where due_at is not null;
call app.protect_tenant_table('subscriptions');
create policy worker_looks on subscriptions as permissive for select to bulkhead_worker using (due_at is not null);
grant select (account_id, due_at) on subscriptions to bulkhead_worker;

-- What was agreed for a price when it was first asked for.
create table agreed_terms (
  account_id uuid not null,
  provider text not null check (length(provider) between 1 and 60),
  price text not null check (length(price) between 1 and 100),
  plan text not null,
  plan_version integer not null,
  entitlements text[] not null,
  limits jsonb not null check (jsonb_typeof(limits) = 'object'),
  agreed_at timestamptz not null default now(),
  primary key (account_id, provider, price),
  foreign key (account_id) references accounts
);
call app.protect_tenant_table('agreed_terms');

create table checkouts (
  account_id uuid not null,
  id uuid not null,
  provider text not null check (provider in ('paddle', 'stripe')),
  plan text not null,
  plan_version integer not null,
  price text not null check (length(price) between 1 and 100),
  seats integer not null check (seats > 0),
  -- who pays, until the provider knows
  email text check (length(email) between 3 and 320),
  reference text,
  url text check (length(url) <= 2000),
  created_at timestamptz not null default now(),
  opened_at timestamptz,
  refused text check (length(refused) <= 100),
  primary key (account_id, id),
  foreign key (account_id) references accounts,
  check ((reference is null) = (opened_at is null))
);
call app.protect_tenant_table('checkouts');

-- What the provider reported, each event once.
create table billing_events (
  account_id uuid not null,
  provider text not null check (length(provider) between 1 and 60),
  event text not null check (length(event) between 1 and 100),
  occurred_at timestamptz not null,
  received_at timestamptz not null default now(),
  report jsonb not null check (jsonb_typeof(report) = 'object'),
  primary key (account_id, provider, event),
  foreign key (account_id) references accounts
);
create index billing_events_in_order on billing_events (account_id, occurred_at, event);
call app.protect_tenant_table('billing_events');

create table invoices (
  account_id uuid not null,
  id uuid not null,
  provider text not null check (length(provider) between 1 and 60),
  reference text not null,
  number text,
  status text not null check (status in ('open', 'paid', 'past_due', 'cancelled')),
  amount bigint not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  billed_at timestamptz not null,
  reported_at timestamptz not null,
  primary key (account_id, id),
  unique (account_id, provider, reference),
  foreign key (account_id) references accounts
);
call app.protect_tenant_table('invoices');

grant select on account_terms, account_usage, account_requests, audit_promises, subscriptions, agreed_terms, checkouts,
  billing_events, invoices to bulkhead_app;
grant insert (account_id, plan, plan_version, entitlements, limits, updated_at) on account_terms to bulkhead_app;
grant update (plan, plan_version, entitlements, limits, updated_at) on account_terms to bulkhead_app;
grant insert (account_id) on account_usage to bulkhead_app;
grant update (seats, workspaces, documents, storage_bytes) on account_usage to bulkhead_app;
grant insert (account_id, month, requests) on account_requests to bulkhead_app;
grant update (requests) on account_requests to bulkhead_app;
grant insert (account_id, recorded_before, days) on audit_promises to bulkhead_app;
grant insert (account_id, state, since, deadline_at, due_at, beginning, plan, plan_version, seats) on subscriptions to bulkhead_app;
grant update (state, since, deadline_at, due_at, beginning, plan, plan_version, seats, provider, customer, reference, price,
  period_ends_at, cancels_at, data_until, pending, pending_since, refused, version, updated_at) on subscriptions to bulkhead_app;
grant insert (account_id, provider, price, plan, plan_version, entitlements, limits) on agreed_terms to bulkhead_app;
grant insert (account_id, id, provider, plan, plan_version, price, seats, email) on checkouts to bulkhead_app;
grant update (email, reference, url, opened_at, refused) on checkouts to bulkhead_app;
grant insert (account_id, provider, event, occurred_at, report) on billing_events to bulkhead_app;
grant insert (account_id, id, provider, reference, number, status, amount, currency, billed_at, reported_at) on invoices to bulkhead_app;
grant update (number, status, amount, currency, billed_at, reported_at) on invoices to bulkhead_app;
-- Not granted: DELETE. What was agreed, reported and promised is never changed.

-- Counts are kept where they change, once a statement: a limit is compared with one row, under its lock.
create function app.begin_usage() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $body$
begin
  insert into public.account_usage (account_id) values (new.account_id);
  return null;
end
$body$;
revoke all on function app.begin_usage() from public;
create trigger begin_usage after insert on accounts for each row execute function app.begin_usage();

do $counting$
declare
  target text;
  -- what a row of a table counts as: seats, workspaces, documents, bytes
  counted text;
  side record;
begin
  for target, counted in values
    ('members', 'case when r.status = ''active'' then 1 else 0 end, 0, 0, 0'),
    ('workspaces', '0, case when r.archived_at is null then 1 else 0 end, 0, 0'),
    ('documents', '0, 0, case when r.deleted_at is null then 1 else 0 end,
      case when r.deleted_at is null then octet_length(r.title) + octet_length(r.body) else 0 end')
  loop
    for side in select * from (values
      ('insert', 'referencing new table as new_rows', array['1, %s from new_rows r']),
      ('delete', 'referencing old table as old_rows', array['-1, %s from old_rows r']),
      ('update', 'referencing old table as old_rows new table as new_rows', array['1, %s from new_rows r', '-1, %s from old_rows r'])
    ) as s (happens, rows, parts)
    loop
      execute format($function$
        create function app.%1$I() returns trigger language plpgsql set search_path = pg_catalog, pg_temp
        as $body$
        begin
          with changed (account_id, sign, seats, workspaces, documents, bytes) as (%2$s),
          sums as (select account_id, sum(sign * seats) as seats, sum(sign * workspaces) as workspaces,
            sum(sign * documents) as documents, sum(sign * bytes) as bytes from changed group by account_id)
          update public.account_usage u set seats = u.seats + s.seats, workspaces = u.workspaces + s.workspaces,
            documents = u.documents + s.documents, storage_bytes = u.storage_bytes + s.bytes
          from sums s where u.account_id = s.account_id
            and (s.seats <> 0 or s.workspaces <> 0 or s.documents <> 0 or s.bytes <> 0);
          return null;
        end
        $body$ $function$,
        format('count_%s_of_%s', side.happens, target),
        (select string_agg(format('select r.account_id, ' || part, counted), ' union all ') from unnest(side.parts) part));
      execute format('revoke all on function app.%I() from public', format('count_%s_of_%s', side.happens, target));
      execute format('create trigger count_%1$s after %1$s on %2$I %3$s for each statement execute function app.%4$I()',
        side.happens, target, side.rows, format('count_%s_of_%s', side.happens, target));
    end loop;
  end loop;
end
$counting$;

-- Accounts from before there were plans have everything, for as long as they like: that is what they were promised.
call app.as_owner_of(array['accounts', 'members', 'workspaces', 'documents', 'account_usage']::regclass[], $backfill$
  insert into public.account_usage (account_id, seats, workspaces, documents, storage_bytes)
  select a.account_id,
    (select count(*) from public.members m where m.account_id = a.account_id and m.status = 'active'),
    (select count(*) from public.workspaces w where w.account_id = a.account_id and w.archived_at is null),
    (select count(*) from public.documents d where d.account_id = a.account_id and d.deleted_at is null),
    (select coalesce(sum(octet_length(d.title) + octet_length(d.body)), 0) from public.documents d
     where d.account_id = a.account_id and d.deleted_at is null)
  from public.accounts a $backfill$);
call app.as_owner_of(array['accounts', 'account_terms']::regclass[], $backfill$
  insert into public.account_terms (account_id, plan, plan_version, entitlements, limits)
  select a.account_id, 'enterprise', 1, array['audit.search', 'audit.year', 'audit.pack', 'identity.provider', 'encryption.own_key'], '{}'
  from public.accounts a $backfill$);
call app.as_owner_of(array['accounts', 'subscriptions']::regclass[], $backfill$
  insert into public.subscriptions (account_id, state, since, beginning, plan, plan_version)
  select a.account_id, 'active', a.created_at,
    jsonb_build_object('kind', 'granted', 'at', to_char(a.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'plan', 'enterprise', 'plan_version', 1, 'limits', '{}'::jsonb,
      'entitlements', array['audit.search', 'audit.year', 'audit.pack', 'identity.provider', 'encryption.own_key']), 'enterprise', 1
  from public.accounts a $backfill$);

-- As before, with days by what the plan gives and gave: what an account says of a category is kept where it is less. An entry is
-- kept as long as the plan of its time promised, whatever the plan of now says.
grant select (account_id, entitlements) on account_terms to bulkhead_retention;
grant select (account_id, recorded_before, days) on audit_promises to bulkhead_retention;
create policy retention_asks on account_terms as permissive for select to bulkhead_retention
  using (account_id = (select app.verified_account_id()));
create policy retention_asks on audit_promises as permissive for select to bulkhead_retention
  using (account_id = (select app.verified_account_id()));
create or replace function app.purge_audit_entries(most integer) returns table (category text, reading boolean, entries bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $body$
declare
  account uuid := app.verified_account_id();
  said jsonb := (select r.days from public.audit_retention r where r.account_id = account);
  planned integer := (select case when 'audit.year' = any (t.entitlements) then 365 else 90 end
    from public.account_terms t where t.account_id = account);
begin
  if app.verified_capability() is distinct from 'job' then
    raise exception 'entries are purged by a job alone' using errcode = 'insufficient_privilege';
  end if;
  -- found by the time in their ids, for which there are indexes; deleted by when they were written
  return query
    with kept as (
      select c.category, (said ->> c.category)::integer as own
      from unnest(array['authentication', 'session', 'membership', 'role', 'workspace', 'content', 'file', 'secret', 'api_key',
        'billing', 'settings', 'privacy', 'administration']) c (category)
    ), promises as (
      -- the plan of now holds for whatever was written; an older promise for what was written under it
      select 'infinity'::timestamptz as recorded_before, coalesce(planned, 365) as days
      union all select p.recorded_before, p.days from public.audit_promises p where p.account_id = account
    ), over as (
      (select acts.id from kept, lateral (
        select e.id from public.audit_entries e
        where e.account_id = account and e.category = kept.category and not e.reading
          -- nothing is kept shorter than the plan of now and the account itself say
          and e.id < app.least_id_at(now() - make_interval(days => least(kept.own, coalesce(planned, 365))))
          and e.recorded_at < now() - make_interval(days => least(kept.own,
            (select max(p.days) from promises p where e.recorded_at < p.recorded_before)))
        order by e.id limit most) acts)
      union all
      (select e.id from public.audit_entries e
        where e.account_id = account and e.reading and e.id < app.least_id_at(now() - interval '90 days')
          and e.recorded_at < now() - interval '90 days'
        order by e.id limit most)
      limit most
    ), gone as (
      delete from public.audit_entries e using over where e.account_id = account and e.id = over.id
      returning e.category, e.reading
    )
    select gone.category, gone.reading, count(*) from gone group by 1, 2 order by 1, 2;
end
$body$;

comment on column accounts.read_only is 'class=none; whether nothing can be changed until it is paid for';
comment on table account_terms is 'scope=account; what the account may do, and how much of it';
comment on table account_usage is 'scope=account; how much of it is used';
comment on table account_requests is 'scope=account; requests, by month';
comment on table audit_promises is 'scope=account; how long entries of the past are kept';
comment on table subscriptions is 'scope=account; what the account has bought, and for how long';
comment on table agreed_terms is 'scope=account; what was agreed for a price';
comment on table checkouts is 'scope=account; purchases that were begun';
comment on table billing_events is 'scope=account; what the provider of payments reported';
comment on table invoices is 'scope=account; what was billed';
comment on column account_terms.account_id is 'class=none; the tenant';
comment on column account_terms.plan is 'class=none; the plan';
comment on column account_terms.plan_version is 'class=none; its version';
comment on column account_terms.entitlements is 'class=none; what may be done';
comment on column account_terms.limits is 'class=none; how much of it, by name';
comment on column account_terms.updated_at is 'class=none; since when';
comment on column account_usage.account_id is 'class=none; the tenant';
comment on column account_usage.seats is 'class=none; active members';
comment on column account_usage.workspaces is 'class=none; workspaces that are not archived';
comment on column account_usage.documents is 'class=none; documents that are not deleted';
comment on column account_usage.storage_bytes is 'class=none; bytes of their titles and texts';
comment on column account_requests.account_id is 'class=none; the tenant';
comment on column account_requests.month is 'class=none; the first day of the month';
comment on column account_requests.requests is 'class=none; how many there were';
comment on column audit_promises.account_id is 'class=none; the tenant';
comment on column audit_promises.recorded_before is 'class=none; entries written before are meant';
comment on column audit_promises.days is 'class=none; how long they are kept';
comment on column subscriptions.account_id is 'class=none; the tenant';
comment on column subscriptions.state is 'class=none; where in its life it is';
comment on column subscriptions.since is 'class=none; since when';
comment on column subscriptions.deadline_at is 'class=none; when it changes by itself';
comment on column subscriptions.due_at is 'class=none; when a worker looks at it next';
comment on column subscriptions.beginning is 'class=none; how it began';
comment on column subscriptions.plan is 'class=none; the plan';
comment on column subscriptions.plan_version is 'class=none; its version';
comment on column subscriptions.seats is 'class=none; members that are paid for';
comment on column subscriptions.provider is 'class=none; who takes the payments';
comment on column subscriptions.customer is 'class=none; the provider''s reference of the customer';
comment on column subscriptions.reference is 'class=none; the provider''s reference of the subscription';
comment on column subscriptions.price is 'class=none; the provider''s reference of the price';
comment on column subscriptions.period_ends_at is 'class=none; until when it is paid';
comment on column subscriptions.cancels_at is 'class=none; when it ends, where it was cancelled';
comment on column subscriptions.data_until is 'class=none; until when the data is kept, where it has ended';
comment on column subscriptions.pending is 'class=none; a change that the provider has not answered';
comment on column subscriptions.pending_since is 'class=none; since when';
comment on column subscriptions.refused is 'class=none; why the provider refused the last change';
comment on column subscriptions.version is 'class=none; counts changes, for ETags';
comment on column subscriptions.updated_at is 'class=none; when it was changed last';
comment on column agreed_terms.account_id is 'class=none; the tenant';
comment on column agreed_terms.provider is 'class=none; who takes the payments';
comment on column agreed_terms.price is 'class=none; the provider''s reference of the price';
comment on column agreed_terms.plan is 'class=none; the plan';
comment on column agreed_terms.plan_version is 'class=none; its version';
comment on column agreed_terms.entitlements is 'class=none; what may be done';
comment on column agreed_terms.limits is 'class=none; how much of it, by name';
comment on column agreed_terms.agreed_at is 'class=none; when it was first asked for';
comment on column checkouts.account_id is 'class=none; the tenant';
comment on column checkouts.id is 'class=none; the purchase';
comment on column checkouts.provider is 'class=none; who takes the payments';
comment on column checkouts.plan is 'class=none; the plan';
comment on column checkouts.plan_version is 'class=none; its version';
comment on column checkouts.seats is 'class=none; for how many members';
comment on column checkouts.price is 'class=none; the provider''s reference of the price';
comment on column checkouts.email is 'class=personal; address of who pays, until the provider knows of it';
comment on column checkouts.url is 'class=secret; where it is paid; good for whoever has it';
comment on column checkouts.refused is 'class=none; why the provider refused it';
comment on column checkouts.reference is 'class=none; the provider''s reference of the purchase';
comment on column checkouts.created_at is 'class=none; when it was begun';
comment on column checkouts.opened_at is 'class=none; when the provider knew of it';
comment on column billing_events.account_id is 'class=none; the tenant';
comment on column billing_events.provider is 'class=none; who takes the payments';
comment on column billing_events.event is 'class=none; the provider''s id of the event';
comment on column billing_events.occurred_at is 'class=none; when it happened, by the provider''s clock';
comment on column billing_events.received_at is 'class=none; when it was taken in';
comment on column billing_events.report is 'class=none; what it says, without people and cards';
comment on column invoices.account_id is 'class=none; the tenant';
comment on column invoices.id is 'class=none; the invoice';
comment on column invoices.provider is 'class=none; who took the payment';
comment on column invoices.reference is 'class=none; the provider''s reference';
comment on column invoices.number is 'class=none; its number';
comment on column invoices.status is 'class=none; whether it is paid';
comment on column invoices.amount is 'class=none; in the smallest unit of its currency';
comment on column invoices.currency is 'class=none; ISO 4217';
comment on column invoices.billed_at is 'class=none; when it was billed';
comment on column invoices.reported_at is 'class=none; of when this is';
