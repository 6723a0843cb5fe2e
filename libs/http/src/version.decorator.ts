import { PreconditionFailedError } from '#libs/context';
import {
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { InvalidRequestError, PreconditionRequiredError } from './http.errors.js';

/**
 * The version that the client says it changes, from `If-Match` (RFC 9110 §13.1.1).
 *
 * @throws {PreconditionRequiredError} 428 where the header is missing.
 */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): number => {
  const version = versionIn(context);
  if (version === undefined) throw new PreconditionRequiredError();
  return version;
});

/** As {@link IfMatch}; undefined where the client does not say which version it means. */
export const OptionalIfMatch = createParamDecorator((_: unknown, context: ExecutionContext) =>
  // `*` is whichever there is
  context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'] === '*' ? undefined : versionIn(context),
);

/**
 * Refuses to act on another version than the one that a client has read.
 *
 * @param expected undefined where the client did not say: any version is meant.
 * @throws {PreconditionFailedError} 412
 */
export function assertVersion({ version }: { readonly version: number }, expected: number | undefined): void {
  if (expected !== undefined && version !== expected) throw new PreconditionFailedError();
}

function versionIn(context: ExecutionContext): number | undefined {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
  if (!header) return undefined;
  const [, version] = /^"v(\d{1,9})(?:-[\w-]{16})?"$/.exec(header) ?? [];
  if (!version)
    throw new InvalidRequestError('If-Match is not an ETag that this API gave out.', [
      { field: 'If-Match', problem: 'must be an ETag as it came' },
    ]);
  return Number(version);
}

/** Gives an answer with a `version` the ETag that a later change has to name. */
@Injectable()
export class EtagInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      map((answer: unknown) => {
        const { version } = Object(answer) as { version?: unknown };
        if (typeof version === 'number')
          context.switchToHttp().getResponse<FastifyReply>().header('ETag', `"v${version}"`);
        return answer;
      }),
    );
  }
}
