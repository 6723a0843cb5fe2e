import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { newId } from '#libs/context';
import { BadHttpError, HeadersTooLargeError, RequestTimeoutError } from './http.errors.js';
import { problemDocument } from './problem.filter.js';

/**
 * Answers what is no HTTP request, and so reaches no hook and no filter, with a problem document of its own; then the connection
 * is closed.
 */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  // nobody is there any more, or an answer has begun
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const problem =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? new HeadersTooLargeError()
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? new RequestTimeoutError()
        : new BadHttpError();
  const id = newId();
  const body = problemDocument(problem, id);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    `X-Request-Id: ${id}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
