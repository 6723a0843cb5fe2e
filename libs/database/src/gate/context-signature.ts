import { createHmac, type KeyObject } from 'node:crypto';

/** What a signature vouches for. */
export interface SignedContext {
  readonly accountId: string;
  /** Empty where no workspace was entered. */
  readonly workspaceId: string;
  /** Empty for jobs and the operator. */
  readonly userId: string;
  /** Who acts: `user`, `job` or `operator`; a policy may ask for one. */
  readonly capability: string;
}

/** A key that signs contexts for one cell; the cell keeps its two pads in `app.context_keys`. */
export interface ContextKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** Life of a signature in milliseconds, counted from the start of the transaction it is made for. */
const SIGNATURE_LIFE_MS = 10_000;

/**
 * Signs a context with HMAC-SHA256 (RFC 2104). The form is `v1.<key id>.<capability>.<expiry, ms>.<pid or ->.<hex>`, and
 * the database checks it in `app.verified_account_id()`.
 *
 * @param pid the backend that may use it; null behind a transaction pooler, where the backend is not known.
 */
export function signContext(key: ContextKey, context: SignedContext, pid: number | null, now: number): string {
  const head = `${key.id}|${context.capability}|${now + SIGNATURE_LIFE_MS}|${pid ?? '-'}`;
  const mac = createHmac('sha256', key.key)
    .update(`${context.accountId}|${context.workspaceId}|${context.userId}|${head}`)
    .digest('hex');
  return `v1.${head.replaceAll('|', '.')}.${mac}`;
}

/** The key xor ipad and the key xor opad (RFC 2104 §2), 64 bytes each, as the database stores them. */
export function contextKeyPads(key: KeyObject): { readonly inner: Buffer; readonly outer: Buffer } {
  const block = Buffer.alloc(64);
  key.export().copy(block);
  return { inner: block.map((byte) => byte ^ 0x36) as Buffer, outer: block.map((byte) => byte ^ 0x5c) as Buffer };
}
