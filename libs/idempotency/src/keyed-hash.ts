import { createHmac, type KeyObject } from 'node:crypto';

/** Name of the provider of the key under which requests are recognised and answers sealed: a KeyObject. */
export const IDEMPOTENCY_KEY = Symbol('idempotency key');

/** HMAC-SHA256 of values as JSON: the same for the same request, and for no other. */
export function keyedHash(key: KeyObject, values: readonly unknown[]): Buffer {
  return createHmac('sha256', key).update(JSON.stringify(values)).digest();
}
