import { InvalidRequestError } from '#libs/http';

/**
 * The form in which addresses are compared: NFKC, trimmed, lower case. Plus signs and dots stay: they are the mailbox's
 * own affair (RFC 5321 §2.3.11).
 */
export function emailKey(email: string): string {
  return email.normalize('NFKC').trim().toLowerCase();
}

/** @throws {InvalidRequestError} where a text is no address; says so of the field `email`. */
export function assertEmail(email: string): void {
  if (!isEmail(email))
    throw new InvalidRequestError('The email address is malformed.', [
      { field: 'email', problem: 'must be an address' },
    ]);
}

/** Whether a text looks like an address: one @, something on both sides, no white space, at most 320 characters. */
export function isEmail(email: string): boolean {
  return email.length <= 320 && /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(email.trim());
}
