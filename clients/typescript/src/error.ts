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

  /** Stable; what a program switches on. */
  get code(): ProblemCode {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }

  /** Finds the request in the log and in the audit trail of the account. */
  get requestId(): string {
    return this.problem.request_id;
  }

  /** Whether the problem has this code; its members are then known to the compiler: `error.is('limit_reached') && error.problem.most`. */
  is<Code extends ProblemCode>(
    code: Code,
  ): this is BulkheadError & { readonly problem: Extract<Problem, { code: Code }> } {
    return this.problem.code === code;
  }
}

/** The problem of an answer; one that is none, of a proxy for example, is told as `internal_error`. */
export async function problemIn(answer: Response): Promise<Problem> {
  const isProblem = /^application\/problem\+json/.test(answer.headers.get('content-type') ?? '');
  if (isProblem) return (await answer.json()) as Problem;
  await answer.body?.cancel();
  return {
    type: '/problems/internal_error',
    title: 'Internal error',
    status: answer.status as 500,
    code: 'internal_error',
    detail: `The server answered ${answer.status} without a problem document.`,
    request_id: answer.headers.get('x-request-id') ?? '',
  };
}
