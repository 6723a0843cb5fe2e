import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { ContextStore } from '#libs/context';
import { type ReadAuthorization, readAuthorizationOf, Reader } from '#libs/database';
import { from, lastValueFrom, type Observable } from 'rxjs';

/**
 * Sees to it that nothing is answered before it is authorized, whatever came of the handler: where its read did not look the
 * authorization up, or there was none, that is done now, and a refusal comes before anything else that went wrong.
 */
@Injectable()
export class ReadAuthorizationInterceptor implements NestInterceptor {
  constructor(
    private readonly contexts: ContextStore,
    private readonly reader: Reader,
  ) {}

  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    const authorization = readAuthorizationOf(this.contexts.current());
    if (!authorization) return next.handle();
    return from(this.answer(authorization, () => lastValueFrom(next.handle())));
  }

  private async answer(authorization: ReadAuthorization, act: () => Promise<unknown>): Promise<unknown> {
    try {
      return await act();
    } finally {
      await this.reader.settle(authorization);
    }
  }
}
