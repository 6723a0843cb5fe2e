import { createHash, randomBytes } from 'node:crypto';

const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Sixteen letters and digits that are not taken for each other, about 79 bits: `abcd-efgh-jkmn-pqrs`. */
export function recoveryCode(): string {
  const letters: string[] = [];
  // bytes beyond a multiple of the alphabet are thrown away, so that every letter is as likely
  while (letters.length < 16)
    for (const byte of randomBytes(32))
      if (byte < 248 && letters.length < 16) letters.push(ALPHABET[byte % ALPHABET.length] as string);
  return letters.join('').replace(/(.{4})(?!$)/g, '$1-');
}

/** What is stored of it, however it is written: with hyphens or without, in capitals or not. */
export function hashOfRecovery(code: string): Buffer {
  return createHash('sha256').update(code.toLowerCase().replace(/[\s-]/g, '')).digest();
}
