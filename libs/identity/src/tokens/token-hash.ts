import { createHash } from 'node:crypto';

/** What is stored of a secret of at least 128 random bits: SHA-256. It needs no salt and no slowness; nobody guesses it. */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
