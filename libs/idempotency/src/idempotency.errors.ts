import { BulkheadError } from '#libs/context';

/** The idempotency key was used with another body. */
export class IdempotencyKeyReusedError extends BulkheadError {
  static override readonly code = 'idempotency_key_reused';
  static override readonly status = 422;

  constructor() {
    super('This Idempotency-Key was used with another body. Repeat the first request unchanged, or use a new key.');
  }
}
