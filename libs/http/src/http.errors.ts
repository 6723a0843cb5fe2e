import { BulkheadError, type ProblemMembers, RETRY_AFTER } from '#libs/context';

/** What is wrong with one field of a request. */
export interface FieldProblem {
  /** Its name; inside objects and lists with dots: `workspaces.0.role`. */
  readonly field: string;
  /** What is wrong with it, for people: `must be a text`. */
  readonly problem: string;
  /** Where it is in the body: a JSON Pointer (RFC 6901 §6), `#/workspaces/0/role`. Absent for what is not in the body. */
  readonly pointer?: string;
}

/** Most field problems that an answer lists. */
const MAX_PROBLEMS = 20;

/** The request does not have the form that the API describes; `errors` lists the fields that are wrong, 20 at most. */
export class InvalidRequestError extends BulkheadError {
  static override readonly code = 'invalid_request';
  static override readonly status = 400;
  static override readonly members: ProblemMembers = {
    errors: {
      type: 'array',
      items: { $ref: '#/components/schemas/FieldProblemView' },
      description: 'The invalid fields, at most 20; absent if no single field is invalid',
    },
  };
  static override readonly optionalMembers = ['errors'];

  constructor(message: string, errors: readonly FieldProblem[] = []) {
    super(message, errors.length ? { errors: errors.slice(0, MAX_PROBLEMS) } : {});
  }

  static override example(): InvalidRequestError {
    return new InvalidRequestError('The request is not as the API describes it.', [
      { field: 'name', problem: 'must be a text', pointer: '#/name' },
    ]);
  }
}

/** The cursor is invalid, or belongs to another list, account or workspace. */
export class InvalidCursorError extends BulkheadError {
  static override readonly code = 'invalid_cursor';
  static override readonly status = 400;

  constructor() {
    super('The cursor is invalid, or belongs to another list. Start again without a cursor.');
  }
}

/** The access token is missing, invalid, expired or revoked. The answer is the same for each reason. */
export class UnauthenticatedError extends BulkheadError {
  static override readonly code = 'unauthenticated';
  static override readonly status = 401;

  constructor() {
    super('A valid access token is required. Sign in, or enter the account again.');
  }
}

/** The body is larger than allowed. */
export class BodyTooLargeError extends BulkheadError {
  static override readonly code = 'body_too_large';
  static override readonly status = 413;

  constructor() {
    super('The request body is too large. Split it into several requests.');
  }
}

/** The path exists, but not with this method; `Allow` lists the methods that it has (RFC 9110 §15.5.6). */
export class MethodNotAllowedError extends BulkheadError {
  static override readonly code = 'method_not_allowed';
  static override readonly status = 405;

  constructor(readonly allowed: readonly string[]) {
    super(`This path allows ${allowed.join(', ')} only.`);
  }

  static override example(): MethodNotAllowedError {
    return new MethodNotAllowedError(['GET', 'POST']);
  }
}

/** The received bytes are not a valid HTTP request. */
export class BadHttpError extends BulkheadError {
  static override readonly code = 'bad_http';
  static override readonly status = 400;

  constructor() {
    super('This is not a valid HTTP/1.1 request.');
  }
}

/** The request was not received completely in time. */
export class RequestTimeoutError extends BulkheadError {
  static override readonly code = 'request_timeout';
  static override readonly status = 408;

  constructor() {
    super('The request was not received in time. Send it again.');
  }
}

/** The headers are larger than allowed (RFC 6585 §5). */
export class HeadersTooLargeError extends BulkheadError {
  static override readonly code = 'headers_too_large';
  static override readonly status = 431;

  constructor() {
    super('The headers of the request are too large. Send fewer or shorter ones.');
  }
}

/** The media type of the body is not JSON. */
export class UnsupportedMediaTypeError extends BulkheadError {
  static override readonly code = 'unsupported_media_type';
  static override readonly status = 415;

  constructor() {
    super('The request body must be JSON. Send it with Content-Type: application/json.');
  }
}

/** The If-Match header is missing from a change (RFC 6585 §3). */
export class PreconditionRequiredError extends BulkheadError {
  static override readonly code = 'precondition_required';
  static override readonly status = 428;

  constructor() {
    super('The If-Match header is missing. Send the ETag of the version that you read.');
  }
}

/** The rate limit is reached (RFC 6585 §4). */
export class TooManyRequestsError extends BulkheadError {
  static override readonly code = 'too_many_requests';
  static override readonly status = 429;
  static override readonly members: ProblemMembers = {
    retry_after: RETRY_AFTER,
  };

  constructor(retryAfter: number) {
    super('Too many requests: the rate limit is reached. Retry after the time in Retry-After.', {
      retry_after: retryAfter,
    });
  }

  static override example(): TooManyRequestsError {
    return new TooManyRequestsError(30);
  }
}

/** An unexpected error, which is not a fault of the request. The log has it under the request id. */
export class InternalError extends BulkheadError {
  static override readonly code = 'internal_error';
  static override readonly status = 500;

  constructor(options?: ErrorOptions) {
    super(
      'The request failed because of an internal error. Report the request id to the operator, who finds the cause in the log.',
      {},
      options,
    );
  }
}
