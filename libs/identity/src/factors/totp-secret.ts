import { createCipheriv, createDecipheriv, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';

const NONCE = 12;
const TAG = 16;

/** Encrypts the secret of a generator of codes with AES-256-GCM for one factor: copied to another row it does not open. */
export function sealSecret(secret: string, factorId: string, key: KeyObject): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', keyOf(key), nonce).setAAD(Buffer.from(factorId));
  const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

/** Opens what {@link sealSecret} made. @throws {Error} for another factor or another key */
export function openSecret(sealed: Buffer, factorId: string, key: KeyObject): string {
  const decipher = createDecipheriv('aes-256-gcm', keyOf(key), sealed.subarray(0, NONCE))
    .setAAD(Buffer.from(factorId))
    .setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE + TAG)), decipher.final()]).toString('utf8');
}

function keyOf(key: KeyObject): Buffer {
  return Buffer.from(hkdfSync('sha256', key.export(), '', 'bulkhead:totp secret', 32));
}
