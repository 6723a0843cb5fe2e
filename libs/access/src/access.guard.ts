import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { type ContextInput, ContextStore, type Demand, isUuid, RequestContext, type UserActor } from '#libs/context';
import { authorizeWithRead, ReadAuthorization } from '#libs/database';
import {
  assertPathId,
  endpointOf,
  type EndpointOptions,
  noteEndpoint,
  originOf,
  UnauthenticatedError,
} from '#libs/http';
import type { FastifyRequest } from 'fastify';
import { AccessLookup } from './access-lookup.service.js';
import type { AccessQuestion } from './actors/access-question.js';
import { accessOf, isQuestion } from './actors/actor-access.js';
import { assertAllowed } from './decide.js';
import { demandOf } from './demand-of.js';
import type { Principal } from './principal.js';
import { SignInSessions } from './sign-in-sessions.port.js';

type AuthenticatedRequest = FastifyRequest & { readonly user?: Principal };

/**
 * Authorizes every request: makes the demand of its endpoint, looks the access of its actor up, asks `decide`, and freezes the context
 * from which everything below takes account and workspace.
 *
 * @guard
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly contexts: ContextStore,
    private readonly lookup: AccessLookup,
    private readonly sessions: SignInSessions,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const endpoint = endpointOf(execution.getHandler());
    if (!endpoint) throw new Error(`${execution.getHandler().name} declares no endpoint.`);
    const request = execution.switchToHttp().getRequest<AuthenticatedRequest>();
    noteEndpoint(request, endpoint);
    if (endpoint.scope === 'public') return true;
    this.contexts.establish(await this.authorize(request, endpoint));
    return true;
  }

  private authorize(request: AuthenticatedRequest, endpoint: EndpointOptions): Promise<RequestContext> {
    const { user: principal } = request;
    if (!principal) throw new UnauthenticatedError();
    return endpoint.scope === 'user'
      ? this.outsideAccounts(request, principal)
      : this.inAccount(request, principal, endpoint);
  }

  private async outsideAccounts(request: FastifyRequest, principal: Principal): Promise<RequestContext> {
    const input = inputOf(request, principal);
    // a token whose account was left is dead for every scope
    const [expiry, inAccount] = await Promise.all([
      this.sessions.expiryOf(principal),
      input.account && this.lookup.find(input, {}),
    ]);
    const isAlive = expiry !== null && inAccount?.kind !== 'none';
    const access = isAlive
      ? ({ kind: 'person', assurance: principal.assurance } as const)
      : ({ kind: 'none' } as const);
    const demand: Demand = { scope: 'user' };
    assertAllowed(access, demand);
    return new RequestContext({ ...input, access, demand });
  }

  private async inAccount(
    request: FastifyRequest,
    principal: Principal,
    endpoint: EndpointOptions,
  ): Promise<RequestContext> {
    const input = inputOf(request, principal);
    const { workspaceId: asked } = request.params as { workspaceId?: string };
    const { workspaceId: entered } = principal;
    const isWellFormed = asked === undefined || isUuid(asked);
    const demand = demandOf(endpoint, { method: request.method, asked: isWellFormed ? asked : undefined, entered });
    if (!input.account) assertAllowed({ kind: 'person', assurance: principal.assurance }, demand);
    // a context without workspace sees nothing inside workspaces: only workspace endpoints get one
    const scoped = {
      ...input,
      ...(endpoint.scope === 'workspace' && demand.workspaceId && { workspaceId: demand.workspaceId }),
    };
    if (endpoint.authorizedWithRead && isWellFormed && entered && demand.workspaceId === entered && isBare(request)) {
      const found = accessOf(input.actor, demand);
      if (isQuestion(found)) return contextAuthorizedWithRead(scoped, found, demand);
    }
    const access = await this.lookup.find(input, demand);
    if (!isWellFormed) {
      // 401 comes before 400
      assertAllowed(access, { scope: 'account' });
      assertPathId('workspaceId', asked);
    }
    assertAllowed(access, demand);
    return new RequestContext({ ...scoped, access, demand });
  }
}

/**
 * The context of a request that is authorized with its first read: only in the workspace that the token has entered, so that the
 * time of a refusal tells nothing of a workspace that one may not enter, and only where nothing else can be wrong with the
 * form of the request.
 */
function contextAuthorizedWithRead(input: ContextInput, question: AccessQuestion, demand: Demand): RequestContext {
  const context = new RequestContext(input);
  const decideOn = (rows: readonly unknown[]) => assertAllowed(question.accessIn(rows), demand);
  authorizeWithRead(context, new ReadAuthorization(question.read, decideOn));
  return context;
}

/** Whether a request is a GET without query. */
function isBare({ method, query }: FastifyRequest): boolean {
  return method === 'GET' && !Object.keys(Object(query)).length;
}

function inputOf(request: FastifyRequest, principal: Principal): ContextInput {
  const { account } = principal;
  return {
    requestId: request.id,
    origin: originOf(request),
    actor: actorOf(principal),
    account: account && { id: account.id, cell: account.cell },
  };
}

function actorOf({ userId, signInSessionId, clientId, assurance, account }: Principal): UserActor {
  return {
    kind: 'user',
    userId,
    signInSessionId,
    clientId,
    assurance,
    ...(account && { accountSessionId: account.sessionId }),
  };
}
