import { type ExecutionContext, Injectable } from '@nestjs/common';
import {
  ThrottlerGuard,
  type ThrottlerModuleOptions,
  type ThrottlerRequest,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpointOf } from './endpoint.decorator.js';
import { TooManyRequestsError } from './http.errors.js';
import { originOf } from './origin.js';

/** How often is too often. */
export interface ThrottleLimits {
  /** Requests a minute of one address without a token. */
  readonly publicRequestsPerMinute: number;
  /** Requests an hour of one sign-in session. */
  readonly sessionRequestsPerHour: number;
}

type SignedInRequest = FastifyRequest & { readonly user?: { readonly signInSessionId?: string } };

/**
 * Who is counted how: whoever has a token by their sign-in session, all of their tabs and tokens together; everybody else by
 * address, all operations together. What machines ask for (`/health`) is not counted.
 */
export function throttling(
  { publicRequestsPerMinute, sessionRequestsPerHour }: ThrottleLimits,
  storage: ThrottlerStorage,
): ThrottlerModuleOptions {
  const isPublic = (context: ExecutionContext) => endpointOf(context.getHandler())?.scope === 'public';
  const isHealth = (context: ExecutionContext) => requestOf(context).url.startsWith('/health/');
  return {
    storage,
    generateKey: (_, tracker, name) => `${name}:${tracker}`,
    throttlers: [
      {
        name: 'address',
        ttl: 60_000,
        limit: publicRequestsPerMinute,
        skipIf: (context) => !isPublic(context) || isHealth(context),
        getTracker: async (request) => networkOf(originOf(request as FastifyRequest).address),
      },
      {
        name: 'session',
        ttl: 3_600_000,
        limit: sessionRequestsPerHour,
        skipIf: isPublic,
        getTracker: async (request) => (request as SignedInRequest).user?.signInSessionId ?? 'nobody',
      },
    ],
  };
}

/** Counts requests and refuses those beyond a limit; every answer says how many are left (draft-ietf-httpapi-ratelimit-headers). */
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
    const request = requestOf(context);
    const key = generateKey(context, await getTracker(request as never, context), name);
    const found = await this.storageService.increment(key, ttl, limit, blockDuration, name);
    const left = Math.max(0, limit - found.totalHits);
    context
      .switchToHttp()
      .getResponse<FastifyReply>()
      .header('RateLimit', `"${name}";r=${left};t=${found.timeToExpire}`)
      .header('RateLimit-Policy', `"${name}";q=${limit};w=${ttl / 1_000}`);
    if (found.isBlocked) throw new TooManyRequestsError(Math.max(1, found.timeToExpire));
    return true;
  }
}

function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}

/** One of IPv6 has a whole network to come from (RFC 6177): its first 64 bits are counted. */
function networkOf(address: string | null): string {
  if (!address?.includes(':')) return address ?? 'unknown';
  const [head = '', tail] = address.split('::');
  const groups = head ? head.split(':') : [];
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail ? tail.split(':').length : 0);
  return [...groups, ...Array<string>(missing).fill('0'), ...(tail ? tail.split(':') : [])].slice(0, 4).join(':');
}
