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
const MOST_PROBLEMS = 20;

/** The request does not have the form that the API describes; `errors` lists the fields that are wrong, 20 at most. */
export class InvalidRequestError extends BulkheadError {
  static override readonly code = 'invalid_request';
  static override readonly status = 400;
  static override readonly members: ProblemMembers = {
    errors: {
      type: 'array',
      items: { $ref: '#/components/schemas/FieldProblemView' },
      description: 'The fields that are wrong, 20 at most; absent where no single field is',
    },
  };
  static override readonly optionalMembers = ['errors'];

  constructor(message: string, errors: readonly FieldProblem[] = []) {
    super(message, errors.length ? { errors: errors.slice(0, MOST_PROBLEMS) } : {});
  }

  static override example(): InvalidRequestError {
    return new InvalidRequestError('The request is not as the API describes it.', [
      { field: 'name', problem: 'must be a text', pointer: '#/name' },
    ]);
  }
}

/** The cursor is not one that this list gave out in this account and workspace. */
export class InvalidCursorError extends BulkheadError {
  static override readonly code = 'invalid_cursor';
  static override readonly status = 400;

  constructor() {
    super('The cursor is not one that this list gave out. Begin again without a cursor.');
  }
}

/** No token, or none that counts any more. One answer for every reason. */
export class UnauthenticatedError extends BulkheadError {
  static override readonly code = 'unauthenticated';
  static override readonly status = 401;

  constructor() {
    super('A valid access token is needed. Sign in, or enter the account again.');
  }
}

/** The body is larger than allowed. */
export class BodyTooLargeError extends BulkheadError {
  static override readonly code = 'body_too_large';
  static override readonly status = 413;

  constructor() {
    super('The request body is too large. Send less at once.');
  }
}

/** The path exists, but not with this method; `Allow` lists the methods that it has (RFC 9110 §15.5.6). */
export class MethodNotAllowedError extends BulkheadError {
  static override readonly code = 'method_not_allowed';
  static override readonly status = 405;

  constructor(readonly allowed: readonly string[]) {
    super(`This path takes ${allowed.join(', ')} only.`);
  }

  static override example(): MethodNotAllowedError {
    return new MethodNotAllowedError(['GET', 'POST']);
  }
}

/** The bytes that came are no HTTP request. */
export class BadHttpError extends BulkheadError {
  static override readonly code = 'bad_http';
  static override readonly status = 400;

  constructor() {
    super('This is not a valid HTTP/1.1 request.');
  }
}

/** The whole request did not arrive in time. */
export class RequestTimeoutError extends BulkheadError {
  static override readonly code = 'request_timeout';
  static override readonly status = 408;

  constructor() {
    super('The request did not arrive in time. Send it again.');
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

/** The body is not JSON by its content type. */
export class UnsupportedMediaTypeError extends BulkheadError {
  static override readonly code = 'unsupported_media_type';
  static override readonly status = 415;

  constructor() {
    super('The request body must be JSON. Send it with Content-Type: application/json.');
  }
}

/** A change without saying which version it changes (RFC 6585 §3). */
export class PreconditionRequiredError extends BulkheadError {
  static override readonly code = 'precondition_required';
  static override readonly status = 428;

  constructor() {
    super('Say which version you change: send If-Match with the ETag of your last read.');
  }
}

/** Too many requests (RFC 6585 §4). */
export class TooManyRequestsError extends BulkheadError {
  static override readonly code = 'too_many_requests';
  static override readonly status = 429;
  static override readonly members: ProblemMembers = {
    retry_after: RETRY_AFTER,
  };

  constructor(retryAfter: number) {
    super('Too many requests. Wait as long as Retry-After says.', { retry_after: retryAfter });
  }

  static override example(): TooManyRequestsError {
    return new TooManyRequestsError(30);
  }
}

/** Something broke that is no fault of the request; the log has it under the request id. */
export class InternalError extends BulkheadError {
  static override readonly code = 'internal_error';
  static override readonly status = 500;

  constructor(options?: ErrorOptions) {
    super(
      'Something broke on our side. Nothing of it is in this answer; the request id finds it in the log.',
      {},
      options,
    );
  }
}
