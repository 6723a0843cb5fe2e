import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/**
 * Derives one 32-byte key for one purpose from the installation's secret (HKDF-SHA256, RFC 5869). Different purposes
 * give unrelated keys, so that a key seen in one place opens nothing in another.
 *
 * @param purpose what the key is for, for example `cursor`; part of the derivation, not a secret.
 */
export function deriveKey(secret: KeyObject, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `bulkhead:${purpose}`, 32)));
}

/** As {@link deriveKey}, as base64url text without padding, for places that take a password. */
export function deriveText(secret: KeyObject, purpose: string): string {
  return deriveKey(secret, purpose).export().toString('base64url');
}
