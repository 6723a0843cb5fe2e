/** Facts that a client may act on; never an id or a path that the client did not itself send in this request. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/**
 * The root of every error that Bulkhead answers with. A subclass fixes `code` and `status`; the message says what
 * happened, why, and the remedy. `code` is stable and is what clients switch on (RFC 9457 §3.2 extension member).
 */
export abstract class BulkheadError extends Error {
  /** Stable machine-readable name, snake_case. */
  abstract readonly code: string;
  /** HTTP status, 400 to 599. */
  abstract readonly status: number;

  constructor(
    message: string,
    /** Extension members of the problem document; empty by default. */
    readonly details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}
