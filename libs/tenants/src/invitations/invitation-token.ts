import { randomBytes } from 'node:crypto';
import { isUuid } from '#libs/context';
import { hashOf } from '#libs/identity';

/** What the mail of an invitation carries, and what is stored of it. */
export interface InvitationToken {
  readonly accountId: string;
  readonly invitationId: string;
  readonly hash: Buffer;
}

/** Makes the secret of an invitation: `bh_iv_<account>_<invitation>_<secret>`. It begins with its account, and so finds its cell. */
export function makeInvitationToken(accountId: string, invitationId: string): { token: string; hash: Buffer } {
  const token = `bh_iv_${accountId}_${invitationId}_${randomBytes(32).toString('base64url')}`;
  return { token, hash: hashOf(token) };
}

/** Reads what somebody sent as the secret of an invitation; undefined for what has not its form. */
export function readInvitationToken(text: string): InvitationToken | undefined {
  const [token, accountId, invitationId] = /^bh_iv_([0-9a-f-]{36})_([0-9a-f-]{36})_[\w-]{43}$/.exec(text.trim()) ?? [];
  return token && isUuid(accountId) && isUuid(invitationId)
    ? { accountId, invitationId, hash: hashOf(token) }
    : undefined;
}
