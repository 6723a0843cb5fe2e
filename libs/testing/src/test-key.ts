import { createHash } from 'node:crypto';

/** 32 bytes in base64 that look random and are the same for the same seed: a secret of a test. */
export function testKey(seed: string): string {
  return createHash('sha256').update(`test key ${seed}`).digest('base64');
}
