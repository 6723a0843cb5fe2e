import type { DirectoryCall } from '#libs/database';
import type { Outbox } from '#libs/mail';
import { emailKey } from './email-address.js';

/** Kind of the mail that tells a person what was changed about their sign-in. */
export const SECURITY_NOTICE = 'security_notice';

/** What a person is told of by mail. */
export type SecurityEvent = 'factor_added' | 'factor_removed' | 'new_device';

/** The call of the directory that asks for the mail; in the transaction of what it tells. */
export function securityNotice(
  outbox: Outbox,
  { id, email }: { readonly id: string; readonly email: string },
  what: SecurityEvent,
  details: Readonly<Record<string, unknown>> = {},
): DirectoryCall {
  return outbox.request(SECURITY_NOTICE, { userId: id, email, emailKey: emailKey(email) }, { what, ...details });
}
