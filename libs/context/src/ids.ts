import { v7 } from 'uuid';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Makes a UUIDv7 (RFC 9562 §5.7): ids sort by time of making, so a list by id is a list by age. */
export function newId(): string {
  return v7();
}

/** Tells whether a text is a UUID in the one spelling Bulkhead uses: lower case, with hyphens. */
export function isUuid(text: unknown): text is string {
  return typeof text === 'string' && UUID.test(text);
}

/** The least id that is made at a moment or after it, in milliseconds since 1970: ids carry it in their first 48 bits. */
export function leastIdAt(time: number): string {
  const digits = Math.min(time, 2 ** 48 - 1)
    .toString(16)
    .padStart(12, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}-0000-0000-000000000000`;
}
