import { createCipheriv, createDecipheriv, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';

const NONCE = 12;
const TAG = 16;

/** What an answer is sealed with: a secret of ours and the client's key; each alone opens nothing. */
export interface SealingKeys {
  readonly ours: KeyObject;
  readonly clients: string;
  /** Account and digest of the row: an answer copied to another row does not open there. */
  readonly place: string;
}

/** Encrypts an answer with AES-256-GCM under a key from both (HKDF-SHA256, RFC 5869): nonce, tag, ciphertext. */
export function seal(answer: string, keys: SealingKeys): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', keyOf(keys), nonce).setAAD(Buffer.from(keys.place));
  const text = Buffer.concat([cipher.update(answer, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

/** Opens what {@link seal} made. @throws {Error} where the keys or the place are others */
export function open(sealed: Buffer, keys: SealingKeys): string {
  const decipher = createDecipheriv('aes-256-gcm', keyOf(keys), sealed.subarray(0, NONCE))
    .setAAD(Buffer.from(keys.place))
    .setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE + TAG)), decipher.final()]).toString('utf8');
}

function keyOf({ ours, clients }: SealingKeys): Buffer {
  return Buffer.from(hkdfSync('sha256', ours.export(), clients, 'bulkhead:idempotent answer', 32));
}
