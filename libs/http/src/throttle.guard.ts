import { Injectable } from '@nestjs/common';
import {
  ThrottlerGuard,
  type ThrottlerModuleOptions,
  type ThrottlerRequest,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpointOf } from './endpoint.decorator.js';
import { TooManyRequestsError } from './http.errors.js';

/** Name of the provider of the limits: {@link ThrottleLimits}. */
export const THROTTLE_LIMITS = Symbol('throttle limits');

/** How often is too often. */
export interface ThrottleLimits {
  /** Requests a minute of one IP without a valid token. */
  readonly publicRequestsPerMinute: number;
  /** Webhooks a minute from one IP: many subscriptions are renewed in one minute, and reported from few IPs. */
  readonly webhooksPerMinute: number;
  /** Requests an hour of one person, all of their sign-ins together. */
  readonly personRequestsPerHour: number;
}

/** What a counter says of one key. */
type Counted = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** Counts requests with a valid token by person. Those without one are counted by IP, before their body is read. */
export function throttling(
  { personRequestsPerHour }: ThrottleLimits,
  storage: ThrottlerStorage,
): ThrottlerModuleOptions {
  return {
    storage,
    generateKey: (_, tracker, name) => `${name}:${tracker}`,
    throttlers: [
      {
        name: 'person',
        ttl: 3_600_000,
        limit: personRequestsPerHour,
        skipIf: (context) => endpointOf(context.getHandler())?.scope === 'public',
        getTracker: async (request) => (request as { user?: { userId?: string } }).user?.userId ?? 'nobody',
      },
    ],
  };
}

/**
 * Counts requests of people and refuses those beyond the limit; every answer says how many are left.
 *
 * @guard rate limit
 */
@Injectable()
export class ThrottleGuard extends ThrottlerGuard {
  protected override async handleRequest({
    context,
    limit,
    ttl,
    throttler,
    blockDuration,
    getTracker,
    generateKey,
  }: ThrottlerRequest): Promise<boolean> {
    const { name = '' } = throttler;
    const http = context.switchToHttp();
    const key = generateKey(context, await getTracker(http.getRequest<FastifyRequest>() as never, context), name);
    const found = await this.storageService.increment(key, ttl, limit, blockDuration, name);
    sayHowManyAreLeft(http.getResponse<FastifyReply>(), name, { limit, windowSeconds: ttl / 1_000 }, found);
    if (found.isBlocked) throw new TooManyRequestsError(Math.max(1, found.timeToExpire));
    return true;
  }
}

/** Says in the headers of an answer how many requests are left (draft-ietf-httpapi-ratelimit-headers). */
export function sayHowManyAreLeft(
  reply: FastifyReply,
  name: string,
  { limit, windowSeconds }: { readonly limit: number; readonly windowSeconds: number },
  { totalHits, timeToExpire }: Counted,
): void {
  reply
    .header('RateLimit', `"${name}";r=${Math.max(0, limit - totalHits)};t=${timeToExpire}`)
    .header('RateLimit-Policy', `"${name}";q=${limit};w=${windowSeconds}`);
}
