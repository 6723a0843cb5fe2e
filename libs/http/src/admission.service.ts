import { Inject, Injectable } from '@nestjs/common';
import { ThrottlerStorage } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Authenticator } from './authenticator.port.js';
import { BlockedIps } from './blocked-ips.port.js';
import { TooManyRequestsError } from './http.errors.js';
import { networkOf, originOf } from './origin.js';
import { sayHowManyAreLeft, THROTTLE_LIMITS, type ThrottleLimits } from './throttle.guard.js';
import { endpointOfRoute } from './route-endpoint.js';

const WINDOW_MS = 60_000;

/**
 * Decides whether a request is let in, from its head alone: no byte of a body is read before. A request without a valid token
 * counts against its IP, to whatever path it goes; so do unknown paths and bad tokens. A blocked IP reaches no public operation.
 *
 * @guard rate limit
 */
@Injectable()
export class Admission {
  constructor(
    @Inject(ThrottlerStorage) private readonly counter: ThrottlerStorage,
    @Inject(THROTTLE_LIMITS) private readonly limits: ThrottleLimits,
    private readonly authenticator: Authenticator,
    private readonly blocked: BlockedIps,
  ) {}

  /**
   * Lets a request in, or throws.
   *
   * @throws {TooManyRequestsError} where its IP has made too many requests, or is blocked
   * @throws {UnauthenticatedError} where the operation needs a valid token and there is none
   */
  async admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const endpoint = endpointOfRoute(request);
    if (endpoint?.rate === 'unlimited' || isPreflight(request)) return;
    if (!endpoint || endpoint.scope === 'public') {
      await this.count(request, reply, endpoint?.rate ?? 'public');
      if (endpoint) await this.refuseBlocked(request);
      return;
    }
    try {
      await this.authenticator.authenticate(request, reply);
    } catch (error) {
      await this.count(request, reply, 'public');
      throw error;
    }
  }

  private async count(request: FastifyRequest, reply: FastifyReply, rate: 'public' | 'webhooks'): Promise<void> {
    const limit = rate === 'webhooks' ? this.limits.webhooksPerMinute : this.limits.publicRequestsPerMinute;
    const key = `${rate}:${networkOf(originOf(request).address)}`;
    const found = await this.counter.increment(key, WINDOW_MS, limit, 0, 'ip');
    sayHowManyAreLeft(reply, 'ip', { limit, windowSeconds: WINDOW_MS / 1_000 }, found);
    if (found.isBlocked) throw new TooManyRequestsError(Math.max(1, found.timeToExpire));
  }

  private async refuseBlocked(request: FastifyRequest): Promise<void> {
    const seconds = await this.blocked.secondsLeft(originOf(request).address);
    if (seconds > 0) throw new TooManyRequestsError(seconds);
  }
}

/** A browser asks before it sends what another origin's page wants sent (Fetch §4.8); it is answered from a list. */
function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}
