-- Why: nobody exists before an address was proved. The secret is used up and the person made in one transaction: of two uses at
-- once one makes a person, and a secret that failed for another reason is still good.

create function app.create_verified_user(verification_id uuid, with_secret_hash bytea, new_id uuid, new_name text,
  new_password_hash text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $body$
declare
  proved record;
begin
  update public.verifications set used_at = now()
  where id = verification_id and kind = 'sign_up' and secret_hash = with_secret_hash and used_at is null and expires_at > now()
  returning email, email_key into proved;
  if not found then
    return null;
  end if;
  perform app.create_user(new_id, proved.email_key, proved.email, new_name, new_password_hash);
  return proved.email;
end
$body$;
revoke all on function app.create_verified_user(uuid, bytea, uuid, text, text) from public;
grant execute on function app.create_verified_user(uuid, bytea, uuid, text, text) to bulkhead_directory;
