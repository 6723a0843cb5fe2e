-- Why: a person has one trial, however many accounts they open (BIL-04). Accounts are in cells, which do not see each other, so the
-- directory remembers which account a person's trial went to.

create table trials (
  user_id uuid primary key references users,
  account_id uuid not null references account_pointers,
  begun_at timestamptz not null default now()
);

-- Gives a person's trial to an account, which has been begun. Returns whether the account has it: true again for the same account, false
-- where another one has it. The trial of an account that was never finished is free again after ten minutes.
create function app.claim_trial(of_user uuid, for_account uuid) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  insert into public.trials as t (user_id, account_id) values (of_user, for_account)
  on conflict (user_id) do update set account_id = excluded.account_id, begun_at = now()
    where t.begun_at < now() - interval '10 minutes'
      and exists (select from public.account_pointers p where p.account_id = t.account_id and p.status = 'pending');
  select t.account_id = for_account from public.trials t where t.user_id = of_user
$body$;
revoke all on function app.claim_trial(uuid, uuid) from public;
grant execute on function app.claim_trial(uuid, uuid) to bulkhead_directory;
grant select on trials to bulkhead_backup;

comment on column trials.user_id is 'class=none; who opened the account';
comment on column trials.account_id is 'class=none; the account that has the trial';
comment on column trials.begun_at is 'class=none; when the trial began';
