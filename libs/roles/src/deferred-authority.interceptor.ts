import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { ContextStore } from '#libs/context';
import { type DeferredAuthority, deferredAuthorityOf, Reader } from '#libs/database';
import { from, lastValueFrom, type Observable } from 'rxjs';

/**
 * Sees to it that nothing is answered before it is known that it may be, whatever came of the handler: where its read did not
 * ask, or there was none, the question is asked now, and its refusal comes before anything else that went wrong.
 */
@Injectable()
export class DeferredAuthorityInterceptor implements NestInterceptor {
  constructor(
    private readonly contexts: ContextStore,
    private readonly reader: Reader,
  ) {}

  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    const deferred = deferredAuthorityOf(this.contexts.current());
    if (!deferred) return next.handle();
    return from(this.answer(deferred, () => lastValueFrom(next.handle())));
  }

  private async answer(deferred: DeferredAuthority, act: () => Promise<unknown>): Promise<unknown> {
    try {
      return await act();
    } finally {
      await this.reader.settle(deferred);
    }
  }
}
