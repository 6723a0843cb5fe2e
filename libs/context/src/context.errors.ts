import { BulkheadError } from './bulkhead.error.js';

/** Code that requires a request context ran without one. Always a programming error. */
export class ContextMissingError extends BulkheadError {
  static override readonly code = 'context_missing';
  static override readonly status = 500;

  constructor(what: string) {
    super(
      `${what} requires a request context, and there is none. Run it inside a request, or with ContextStore.runAs().`,
    );
  }
}

/** The configuration cannot be used; `problems` lists everything that is wrong, each with how to correct it. */
export class ConfigurationError extends BulkheadError {
  static override readonly code = 'configuration_invalid';
  static override readonly status = 500;

  constructor(readonly problems: readonly string[]) {
    super(`Bulkhead cannot start:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/**
 * The resource does not exist, or belongs to another account or workspace, which is the same to a client: the answer
 * is byte for byte the same.
 */
export class NotFoundError extends BulkheadError {
  static override readonly code = 'not_found';
  static override readonly status = 404;

  constructor(options?: ErrorOptions) {
    super(
      'The object does not exist, or you have no access to it. Check the URL, and which account and workspace you have entered.',
      {},
      options,
    );
  }
}

/** The object has changed since the client read it (RFC 9110 §15.5.13). */
export class PreconditionFailedError extends BulkheadError {
  static override readonly code = 'precondition_failed';
  static override readonly status = 412;

  constructor() {
    super('The object has changed since you read it. Read it again, and repeat your change on the new version.');
  }
}
