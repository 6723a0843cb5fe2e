import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ContextStore, isUuid, NotFoundError, RequestContext, type UserActor } from '#libs/context';
import { DeferredAuthority, deferAuthority } from '#libs/database';
import {
  assertPathId,
  endpointOf,
  type EndpointOptions,
  noteEndpoint,
  originOf,
  UnauthenticatedError,
} from '#libs/http';
import type { FastifyRequest } from 'fastify';
import type { Principal } from './principal.js';
import { AccountNotEnteredError, PermissionMissingError, WorkspaceNotEnteredError } from './roles.errors.js';
import { SignInSessions } from './sign-in-sessions.port.js';
import type { HeldRole } from './roles.permissions.js';
import { assertWritable, type Standing, standingIn } from './standing.js';
import { StandingReadModel } from './standing.read-model.js';

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD']);

type AuthenticatedRequest = FastifyRequest & { readonly user?: Principal };

/**
 * Decides every request, in one place and in this order: no valid session 401; a workspace in the path that the member may
 * not enter 404, the same as one that does not exist; one that they may, but the token has not entered, 409; a permission
 * missing 403; a command in an account that can only be read 403. Then it freezes the context from which everything below takes account and workspace.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly contexts: ContextStore,
    private readonly standings: StandingReadModel,
    private readonly sessions: SignInSessions,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const endpoint = endpointOf(execution.getHandler());
    if (!endpoint) throw new Error(`${execution.getHandler().name} declares no endpoint.`);
    const request = execution.switchToHttp().getRequest<AuthenticatedRequest>();
    noteEndpoint(request, endpoint);
    if (endpoint.scope === 'public') return true;
    const principal = request.user;
    if (!principal) throw new UnauthenticatedError();
    const context =
      endpoint.scope === 'user'
        ? await this.asUser(request, principal)
        : await this.asMember(request, principal, endpoint);
    this.contexts.establish(context);
    return true;
  }

  private async asUser(request: FastifyRequest, principal: Principal): Promise<RequestContext> {
    // a token whose account was left is dead for every scope
    const [expiry, open] = await Promise.all([
      this.sessions.expiryOf(principal),
      this.accountIsOpen(request, principal),
    ]);
    if (!expiry || !open) throw new UnauthenticatedError();
    const { account } = principal;
    return new RequestContext({
      requestId: request.id,
      origin: originOf(request),
      actor: actorOf(principal),
      account: account && { id: account.id, cell: account.cell },
    });
  }

  private async accountIsOpen(request: FastifyRequest, principal: Principal): Promise<boolean> {
    return !principal.account || (await this.standing(request, principal, principal.account, null)) !== null;
  }

  private async asMember(
    request: FastifyRequest,
    principal: Principal,
    endpoint: EndpointOptions,
  ): Promise<RequestContext> {
    const { account, workspaceId: entered } = principal;
    if (!account) throw new AccountNotEnteredError();
    const { workspaceId: asked } = request.params as { workspaceId?: string };
    const inWorkspace = endpoint.scope === 'workspace';
    const workspaceId = asked ?? (inWorkspace ? entered : undefined);

    if (inWorkspace && endpoint.authorisedWithRead && workspaceId && workspaceId === entered && isBare(request))
      return this.asReader(request, principal, { account, workspaceId, endpoint });

    const standing = alive(await this.standing(request, principal, account, isUuid(workspaceId) ? workspaceId : null));
    if (asked !== undefined) assertPathId('workspaceId', asked);
    if (inWorkspace && workspaceId === undefined) throw new WorkspaceNotEnteredError();
    const role = roleIn(standing, endpoint);
    if (inWorkspace && asked !== undefined && asked !== entered) throw new WorkspaceNotEnteredError();
    assertPermitted(role, endpoint);
    const changesAccount = !endpoint.whileReadOnly && !READING.has(request.method);
    if (changesAccount) assertWritable(standing);

    return new RequestContext({
      requestId: request.id,
      origin: originOf(request),
      actor: actorOf(principal),
      account: { id: account.id, cell: account.cell },
      // a context without workspace sees nothing inside workspaces: only workspace endpoints get one
      ...(inWorkspace && workspaceId && { workspaceId }),
      authority: {
        memberId: standing.memberId,
        role: role.name,
        customRoleId: role.customRoleId,
        permissions: role.permissions,
        required: requiredBy(endpoint),
        archivedAllowed: endpoint.archivedAllowed ?? false,
        changesWorkspace: endpoint.changesWorkspace ?? false,
        changesSession: endpoint.changesSession ?? false,
        changesAccount,
        workspaceId: workspaceId ?? null,
      },
    });
  }

  /**
   * The context of a request whose first read asks whether it may: only in the workspace that the token has entered, so that the
   * time of a refusal tells nothing of a workspace that one may not enter, and only where nothing else can be wrong with the
   * form of the request.
   */
  private asReader(
    request: FastifyRequest,
    principal: Principal,
    { account, workspaceId, endpoint }: Reading,
  ): RequestContext {
    const { userId, signInSessionId } = principal;
    const { id: accountId, sessionId: accountSessionId } = account;
    const context = new RequestContext({
      requestId: request.id,
      origin: originOf(request),
      actor: actorOf(principal),
      account: { id: accountId, cell: account.cell },
      workspaceId,
    });
    const question = this.standings.question({ accountId, accountSessionId, userId, signInSessionId, workspaceId });
    const decide = (rows: readonly unknown[]) => {
      const standing = alive(standingIn(rows, workspaceId));
      assertPermitted(roleIn(standing, endpoint), endpoint);
    };
    deferAuthority(context, new DeferredAuthority(question, decide));
    return context;
  }

  /** Reads the standing in a context of its own, which names the account of the token and nothing inside it. */
  private standing(
    request: FastifyRequest,
    principal: Principal,
    account: { id: string; cell: string; sessionId: string },
    workspaceId: string | null,
  ) {
    const { userId, signInSessionId } = principal;
    return this.contexts.runAs({ requestId: request.id, actor: actorOf(principal), account }, () =>
      this.standings.read({ accountSessionId: account.sessionId, userId, signInSessionId, workspaceId }),
    );
  }
}

function alive(standing: Standing | null): Standing {
  if (!standing) throw new UnauthenticatedError();
  return standing;
}

function roleIn(standing: Standing, { archivedAllowed = false }: EndpointOptions): HeldRole {
  const role = standing.role(archivedAllowed);
  if (!role) throw new NotFoundError();
  return role;
}

function assertPermitted({ permissions }: HeldRole, endpoint: EndpointOptions): void {
  const required = requiredBy(endpoint);
  if (!permissions.has(required)) throw new PermissionMissingError(required);
}

function requiredBy({ permission = '' }: EndpointOptions): string {
  return permission;
}

interface Reading {
  readonly account: NonNullable<Principal['account']>;
  readonly workspaceId: string;
  readonly endpoint: EndpointOptions;
}

/** A reading without query: what its path names is all that it says. */
function isBare({ method, query }: FastifyRequest): boolean {
  return method === 'GET' && !Object.keys(Object(query)).length;
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
