-- Why: a person is told of a sign-in with a program or browser that they have not used of late: somebody else may have their password.

-- Asks for the mail where the person has signed in before, and not with this user agent within 90 days; before the new session is opened.
create function app.notice_new_device(new_id uuid, of_user uuid, from_address inet, with_agent text) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $body$
  insert into public.outbox_messages (id, kind, user_id, email, email_key, details)
  select new_id, 'security_notice', u.id, u.email, u.email_key,
    jsonb_build_object('what', 'new_device', 'ip', host(from_address), 'user_agent', with_agent)
  from public.users u
  where u.id = of_user and with_agent <> ''
    and exists (select from public.sign_in_sessions s where s.user_id = of_user)
    and not exists (select from public.sign_in_sessions s where s.user_id = of_user and s.user_agent = with_agent
      and s.started_at > now() - interval '90 days')
$body$;
revoke all on function app.notice_new_device(uuid, uuid, inet, text) from public;
grant execute on function app.notice_new_device(uuid, uuid, inet, text) to bulkhead_directory;
