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

// RFC 5322 §3.2.3 dot-atom, with what RFC 6531 adds; no quoted form: "a"@x and a@x would be one mailbox of two spellings
const LOCAL_PART = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const DOMAIN =
  /^(?=.{1,255}$)[\p{L}\p{N}]([\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?(\.[\p{L}\p{N}]([\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?)+$/u;

/** Whether a text is an address to write to: a dot-atom of at most 64 characters, @, and a host with a dot (RFC 5321 §4.1.2). */
export function isEmail(email: string): boolean {
  const address = email.trim();
  const at = address.lastIndexOf('@');
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)];
  return at > 0 && local.length <= 64 && LOCAL_PART.test(local) && DOMAIN.test(domain);
}
