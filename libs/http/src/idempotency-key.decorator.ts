import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { InvalidRequestError } from './http.errors.js';

// visible ASCII: a header that came twice is joined with a space
const KEY = /^[\x21-\x7e]{1,200}$/;

/** The `Idempotency-Key` of a request; undefined where it has none. @throws {InvalidRequestError} where it cannot be a key */
export function idempotencyKeyOf({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined || (typeof key === 'string' && KEY.test(key))) return key;
  throw new InvalidRequestError('The Idempotency-Key is not one: give 1 to 200 visible ASCII characters, once.', [
    { field: 'Idempotency-Key', problem: 'must have 1 to 200 visible ASCII characters' },
  ]);
}

/** The `Idempotency-Key` of a request, for a handler that repeats its answer itself; see {@link idempotencyKeyOf}. */
export const IdempotencyKey = createParamDecorator((_: unknown, execution: ExecutionContext) =>
  idempotencyKeyOf(execution.switchToHttp().getRequest<FastifyRequest>()),
);
