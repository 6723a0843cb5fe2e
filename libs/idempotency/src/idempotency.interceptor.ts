import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { endpointOf, InvalidRequestError, takesIdempotencyKey } from '#libs/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { IdempotentRequests } from './idempotent-requests.service.js';

// visible ASCII: a header that came twice is joined with a space
const KEY = /^[\x21-\x7e]{1,200}$/;

/** Lets a POST with an `Idempotency-Key` take effect once, however often it comes. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly requests: IdempotentRequests) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    const key = request.headers['idempotency-key'];
    const scope = endpointOf(execution.getHandler())?.scope;
    if (key === undefined || !takesIdempotencyKey(request.method, scope)) return next.handle();
    if (typeof key !== 'string' || !KEY.test(key)) {
      throw new InvalidRequestError('The Idempotency-Key is not one: give 1 to 200 visible ASCII characters, once.', [
        { field: 'Idempotency-Key', problem: 'must have 1 to 200 visible ASCII characters' },
      ]);
    }
    const route = JSON.stringify([
      execution.getClass().name,
      execution.getHandler().name,
      Object.entries(Object(request.params))
        .filter(([name]) => name !== 'workspaceId' || scope === 'account')
        .sort(),
    ]);
    const reply = execution.switchToHttp().getResponse<FastifyReply>();
    const once = this.requests.once({ key, route, body: request.body }, () => lastValueFrom(next.handle()));
    return from(
      once.then(({ answer, replayed }) => {
        if (replayed) reply.header('Idempotent-Replayed', 'true');
        return answer;
      }),
    );
  }
}
