import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { openText, sealText } from '#libs/context';

/** What an answer is sealed with: a secret of ours and the client's key; each alone opens nothing. */
export interface SealingKeys {
  readonly ours: KeyObject;
  readonly clients: string;
  /** Account and digest of the row: an answer copied to another row does not open there. */
  readonly place: string;
}

/** Encrypts an answer under a key from both (HKDF-SHA256, RFC 5869). */
export function seal(answer: string, keys: SealingKeys): Buffer {
  return sealText(answer, keyOf(keys), keys.place);
}

/** Opens what {@link seal} made. @throws {Error} where the keys or the place are others */
export function open(sealed: Buffer, keys: SealingKeys): string {
  return openText(sealed, keyOf(keys), keys.place);
}

function keyOf({ ours, clients }: SealingKeys): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', ours.export(), clients, 'bulkhead:idempotent answer', 32)));
}
