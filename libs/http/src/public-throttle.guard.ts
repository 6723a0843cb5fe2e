import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerLimitDetail } from '@nestjs/throttler';
import { endpointOf } from './endpoint.decorator.js';
import { TooManyRequestsError } from './http.errors.js';

/** Limits how often one address may call what needs no token: hashing a password costs more than asking for it. */
@Injectable()
export class PublicThrottleGuard extends ThrottlerGuard {
  protected override async shouldSkip(context: ExecutionContext): Promise<boolean> {
    const endpoint = endpointOf(context.getHandler());
    return endpoint?.scope !== 'public' || context.switchToHttp().getRequest().url.startsWith('/health/');
  }

  protected override async throwThrottlingException(_: ExecutionContext, detail: ThrottlerLimitDetail): Promise<void> {
    throw new TooManyRequestsError(Math.max(1, Math.ceil(detail.timeToBlockExpire || detail.timeToExpire)));
  }
}
