import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { ContextStore } from '#libs/context';
import { readAuthorizationOf, Reader } from '#libs/database';
import { PLAN_ROLES, RequestsUsedUpError } from '#libs/entitlements';
import { type EndpointOptions, endpointOf } from '#libs/http';
import { RequestMeter } from './request-meter.service.js';

/**
 * Refuses requests of an account that has used up the requests of its plan for the month. Operations that a read-only account allows,
 * billing operations and operations outside accounts are still served.
 *
 * @guard
 */
@Injectable()
export class RequestQuotaGuard implements CanActivate {
  constructor(
    private readonly contexts: ContextStore,
    private readonly meter: RequestMeter,
    private readonly reader: Reader,
    @Inject(PLAN_ROLES) private readonly roles: readonly string[],
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const context = this.contexts.current();
    const endpoint = endpointOf(execution.getHandler());
    if (!context?.account || !endpoint || !isMetered(endpoint)) return true;
    const most = this.meter.reachedLimit(context.account.id);
    if (most === undefined) return true;
    // a request that is authorized with its first read has not been yet: nobody but a member is told of the plan
    const authorization = readAuthorizationOf(context);
    if (authorization) await this.reader.settle(authorization);
    throw new RequestsUsedUpError(most, this.roles, secondsToNextMonth(new Date()));
  }
}

/** Whether requests of an operation are refused once the account has used up its requests. */
export function isMetered({ scope, permission = '', whileReadOnly = false }: EndpointOptions): boolean {
  return (scope === 'account' || scope === 'workspace') && !whileReadOnly && !permission.startsWith('billing.');
}

function secondsToNextMonth(now: Date): number {
  return Math.ceil((Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1) - now.getTime()) / 1_000);
}
