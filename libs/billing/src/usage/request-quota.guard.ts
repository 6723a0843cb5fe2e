import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { ContextStore } from '#libs/context';
import { PLAN_ROLES, RequestsUsedUpError } from '#libs/entitlements';
import { type EndpointOptions, endpointOf } from '#libs/http';
import { RequestMeter } from './request-meter.service.js';

/**
 * Refuses requests of an account that has used up the requests of its plan for the month. What pays, takes access away or is about
 * the person's own session goes on.
 */
@Injectable()
export class RequestQuotaGuard implements CanActivate {
  constructor(
    private readonly contexts: ContextStore,
    private readonly meter: RequestMeter,
    @Inject(PLAN_ROLES) private readonly roles: readonly string[],
  ) {}

  canActivate(execution: ExecutionContext): boolean {
    const { account } = this.contexts.current() ?? {};
    const endpoint = endpointOf(execution.getHandler());
    const most = account && endpoint && isMetered(endpoint) ? this.meter.mostReached(account.id) : undefined;
    if (most !== undefined) throw new RequestsUsedUpError(most, this.roles, secondsToNextMonth(new Date()));
    return true;
  }
}

function isMetered({ scope, permission = '', whileReadOnly = false }: EndpointOptions): boolean {
  return (scope === 'account' || scope === 'workspace') && !whileReadOnly && !permission.startsWith('billing.');
}

function secondsToNextMonth(now: Date): number {
  return Math.ceil((Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1) - now.getTime()) / 1_000);
}
