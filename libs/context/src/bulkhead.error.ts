/** Facts that a client may act on; never an id or a path that the client did not itself send in this request. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** A member of a problem document beyond the standard ones, as a JSON Schema. */
export interface ProblemMember {
  readonly type: 'string' | 'integer' | 'array' | readonly ['string', 'null'];
  readonly description: string;
  readonly items?: object;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Members of a problem document by name. */
export type ProblemMembers = Readonly<Record<string, ProblemMember>>;

/** A class of errors, as the OpenAPI document describes it. */
export interface ErrorKind {
  /** Name of the class. */
  readonly name: string;
  /** Stable machine-readable name, snake_case; what clients switch on (RFC 9457 §3.2 extension member). */
  readonly code: string;
  /** HTTP status, 400 to 599. */
  readonly status: number;
  /** Members of `details`, by name. Default none. */
  readonly members: ProblemMembers;
  /** Members that some of its problems lack. Default none. */
  readonly optionalMembers: readonly string[];
  /** Returns an error of this class as a client might get it. */
  example(): BulkheadError;
}

/** Seconds until the request may be repeated, as `Retry-After` has it. */
export const RETRY_AFTER: ProblemMember = {
  type: 'integer',
  minimum: 0,
  maximum: 2_678_400,
  description: 'Seconds, as in Retry-After',
};

/**
 * The root of every error that Bulkhead answers with. A subclass fixes `code`, `status` and `members`; the message says what
 * happened, why, and the remedy. It is an {@link ErrorKind}; one with a constructor that needs parameters gives its own `example`.
 */
export abstract class BulkheadError extends Error {
  static readonly code: string;
  static readonly status: number;
  static readonly members: ProblemMembers = {};
  static readonly optionalMembers: readonly string[] = [];

  constructor(
    message: string,
    /** Extension members of the problem document; empty by default. */
    readonly details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }

  /** Returns an error of this class with example values. Override it if the constructor has parameters. */
  static example(): BulkheadError {
    // biome-ignore lint/complexity/noThisInStatic: of the subclass that it is called on
    return new (this as unknown as new () => BulkheadError)();
  }

  /** As {@link ErrorKind.code}. */
  get code(): string {
    return (this.constructor as unknown as ErrorKind).code;
  }

  /** As {@link ErrorKind.status}. */
  get status(): number {
    return (this.constructor as unknown as ErrorKind).status;
  }
}
