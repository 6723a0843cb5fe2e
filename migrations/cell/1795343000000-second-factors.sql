-- Why: an account demands a second factor of everybody who enters, unless its owner relaxes it; one workspace can demand it where
-- the account does not; and an account can do without passwords altogether.

alter table accounts
  add column second_factor text not null default 'required' check (second_factor in ('required', 'optional')),
  add column passwords text not null default 'allowed' check (passwords in ('allowed', 'none'));
alter table workspaces
  add column second_factor text not null default 'optional' check (second_factor in ('required', 'optional'));

grant insert (second_factor) on accounts to bulkhead_app;
grant update (second_factor, passwords) on accounts to bulkhead_app;
grant update (second_factor) on workspaces to bulkhead_app;

comment on column accounts.second_factor is 'class=none; whether everybody who enters needs one';
comment on column accounts.passwords is 'class=none; none: whoever enters has signed in without one, and keeps none';
comment on column workspaces.second_factor is 'class=none; whether everybody who enters needs one, also where the account does not ask';
