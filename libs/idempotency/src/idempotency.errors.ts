import { BulkheadError } from '#libs/context';

/** The key was used for another body. Repeating a request means repeating all of it. */
export class IdempotencyKeyReusedError extends BulkheadError {
  static override readonly code = 'idempotency_key_reused';
  static override readonly status = 422;

  constructor() {
    super('This Idempotency-Key came with another body before. Repeat the request as it was, or give it a new key.');
  }
}
