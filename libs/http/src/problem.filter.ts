import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import { BulkheadError, NotFoundError } from '#libs/context';
import { scrub, scrubText } from '#libs/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BodyTooLargeError, InternalError, InvalidRequestError, UnsupportedMediaTypeError } from './http.errors.js';

const logger = new Logger('http');
const failures = new WeakMap<object, unknown>();
const refusals = new WeakMap<object, string>();

/** Answers what Nest catches with a problem document; see {@link answerProblem}. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    answerProblem(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

/**
 * Answers an error with a problem document (RFC 9457): `type`, `title`, `status`, `detail`, our stable `code`, and the
 * request id. No `instance`, and nothing of what the database said: the answer for a foreign object is byte for byte the
 * answer for one that does not exist. Every defect of the product is `internal_error`; the log has its own code.
 */
export function answerProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  if (reply.sent) {
    complain(problemOf(thrown), thrown, request);
    return;
  }
  void reply.send(answerText(thrown, request, reply));
}

/** Makes an answer a problem document: its status and headers, and the text to send. As {@link answerProblem}. */
export function answerText(thrown: unknown, request: FastifyRequest, reply: FastifyReply): string {
  const found = problemOf(thrown);
  complain(found, thrown, request);
  const problem = found.status === 500 ? new InternalError() : found;
  const { retry_after: retryAfter } = problem.details;
  if (typeof retryAfter === 'number') reply.header('Retry-After', retryAfter);
  if (problem.status === 401) reply.header('WWW-Authenticate', 'Bearer');
  // of the answer that was about to be given
  reply.removeHeader('ETag');
  reply
    .status(problem.status)
    .header('X-Request-Id', request.id)
    .header('Content-Type', 'application/problem+json; charset=utf-8')
    .header('Cache-Control', 'no-store');
  refusals.set(request.raw, problem.code);
  return problemDocument(problem, request.id);
}

/** The text of a problem document. `type` is the path of a page that explains the problem. */
export function problemDocument({ code, status, message, details }: BulkheadError, requestId: string): string {
  return JSON.stringify({
    type: `/problems/${code}`,
    title: titleOf(code),
    status,
    code,
    detail: scrubText(message),
    ...(scrub(details) as object),
    request_id: requestId,
  });
}

/** The code of the problem that a request was answered with; undefined where it was not. */
export function refusalOf({ raw }: FastifyRequest): string | undefined {
  return refusals.get(raw);
}

/** What of ours went wrong in a request; undefined where nothing did. */
export function failureOf({ raw }: FastifyRequest): unknown {
  return failures.get(raw);
}

function complain(problem: BulkheadError, thrown: unknown, request: FastifyRequest): void {
  if (problem.status < 500) return;
  failures.set(request.raw, thrown);
  logger.error({ request_id: request.id, problem: problem.code, error: thrown });
}

function problemOf(thrown: unknown): BulkheadError {
  if (thrown instanceof BulkheadError) return thrown;
  // what Nest and Fastify refuse by themselves: unknown paths, bodies that are too large or of another type
  const status =
    thrown instanceof HttpException ? thrown.getStatus() : (Object(thrown) as { statusCode?: unknown }).statusCode;
  if (status === 404) return new NotFoundError();
  if (status === 413) return new BodyTooLargeError();
  if (status === 415) return new UnsupportedMediaTypeError();
  if (typeof status === 'number' && status < 500) return new InvalidRequestError('The request cannot be understood.');
  return new InternalError({ cause: thrown });
}

function titleOf(code: string): string {
  const words = code.replaceAll('_', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
