import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import type { FastifyRequest } from 'fastify';
import { InvalidRequestError } from './http.errors.js';

// RouteParamtypes of Nest, which it does not export: 3 is the body, 12 the body as it came, 4 the query
const BODIES = ['3', '12'];
const QUERY = '4';

/**
 * Refuses a body or a query where the endpoint takes none; where it takes one, the validation pipe looks inside.
 *
 * @guard
 */
@Injectable()
export class StrictInputGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const taken = takenBy(context.getClass(), context.getHandler());
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!taken.query) {
      const fields = Object.keys(Object(request.query));
      if (fields.length)
        throw new InvalidRequestError(
          'This operation takes no query.',
          fields.map((field) => ({ field: field.slice(0, 200), problem: 'is not a parameter of this operation' })),
        );
    }
    const { body } = request;
    const empty = body === undefined || body === null || (typeof body === 'object' && !Object.keys(body).length);
    if (!empty && !taken.body) throw new InvalidRequestError('This operation takes no body.');
    return true;
  }
}

interface Taken {
  readonly query: boolean;
  readonly body: boolean;
}

const known = new WeakMap<object, Taken>();

/** What a handler takes, which its decorators say; remembered, since it never changes. */
function takenBy(controller: object, handler: { readonly name: string }): Taken {
  const before = known.get(handler);
  if (before) return before;
  const keys = Object.keys(Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler.name) ?? {});
  const taken = {
    query: keys.some((key) => key.startsWith(`${QUERY}:`)),
    body: keys.some((key) => BODIES.some((kind) => key.startsWith(`${kind}:`))),
  };
  known.set(handler, taken);
  return taken;
}
