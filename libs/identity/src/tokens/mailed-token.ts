import { randomBytes } from 'node:crypto';
import { isUuid, newId } from '#libs/context';
import { hashOf } from './token-hash.js';

/** A secret that goes out by mail, and what is stored of it. */
export interface MailedToken {
  readonly id: string;
  /** What the mail carries. */
  readonly token: string;
  readonly hash: Buffer;
}

/** Makes a token to be mailed: `bh_vt_<id>_<secret>`, with 256 random bits. */
export function mailedToken(): MailedToken {
  const id = newId();
  const token = `bh_vt_${id}_${randomBytes(32).toString('base64url')}`;
  return { id, token, hash: hashOf(token) };
}

/** What to look a mailed token up by; undefined for what has not its form. */
export function readMailedToken(text: string): Pick<MailedToken, 'id' | 'hash'> | undefined {
  const [, id] = /^bh_vt_([0-9a-f-]{36})_[\w-]{43}$/.exec(text.trim()) ?? [];
  return isUuid(id) ? { id, hash: hashOf(text.trim()) } : undefined;
}
