import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { endpointOf, idempotencyKeyOf, replaysAnswers } from '#libs/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { IdempotentRequests } from './idempotent-requests.service.js';

/** Lets a POST with an `Idempotency-Key` take effect once, however often it comes. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly requests: IdempotentRequests) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    const scope = endpointOf(execution.getHandler())?.scope;
    const key = replaysAnswers(request.method, scope) ? idempotencyKeyOf(request) : undefined;
    if (key === undefined) return next.handle();
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
