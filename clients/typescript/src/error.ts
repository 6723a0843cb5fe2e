import type { Problem, ProblemCode } from './api.gen.js';

/** An answer of the API that is a problem (RFC 9457). */
export class BulkheadError extends Error {
  override readonly name = 'BulkheadError';

  constructor(
    /** The whole problem document. */
    readonly problem: Problem,
  ) {
    super(problem.detail);
  }

  /** The stable code, which a program switches on. */
  get code(): ProblemCode {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }

  /** The id of the request in the log and in the audit trail of the account. */
  get requestId(): string {
    return this.problem.request_id;
  }

  /**
   * Returns whether the problem has a code, and tells the compiler its members:
   * `error.is('limit_reached') && error.problem.most`.
   */
  is<Code extends ProblemCode>(
    code: Code,
  ): this is BulkheadError & { readonly problem: Extract<Problem, { code: Code }> } {
    return this.problem.code === code;
  }
}

/** Returns the problem of an answer; `internal_error` with the real status where it has none, of a proxy for example. */
export function problemOf({ status, headers }: Response, text: string): Problem {
  try {
    if (/^application\/problem\+json/.test(headers.get('content-type') ?? '')) return JSON.parse(text) as Problem;
  } catch {
    // cut off on its way
  }
  return {
    type: '/problems/internal_error',
    title: 'Internal error',
    status: status as 500,
    code: 'internal_error',
    detail: `The server answered ${status} without a problem document.`,
    request_id: headers.get('x-request-id') ?? '',
  };
}
