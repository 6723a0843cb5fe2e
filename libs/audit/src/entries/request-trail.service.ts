import { Injectable } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type AccountPlace, type BulkheadError, ContextStore } from '#libs/context';
import { DatabaseUnavailableError } from '#libs/database';
import { answerText, type EndpointOptions, notedEndpoint, originOf } from '#libs/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Act, AuditCategory, Refusal } from './audit-entry.js';
import { EntryLog } from './entry-log.service.js';
import { PlatformTrail } from './platform-trail.service.js';
import { BatchedEntries } from './batched-entries.service.js';

type Handled = FastifyRequest & {
  readonly user?: {
    readonly userId: string;
    readonly signInSessionId: string;
    readonly account?: { readonly id: string; readonly cell: string; readonly sessionId: string };
  };
};

/** A request that has reached an endpoint which leaves an entry. */
interface Reached {
  readonly request: Handled;
  readonly endpoint: EndpointOptions;
  readonly category: AuditCategory;
  readonly action: string;
}

/**
 * Sees to it that every request which reaches into an account, and every command, leaves an entry: reads after their answer is
 * made, refusals and failures although their transaction is gone, and commands that found nothing to do. What a command does
 * has its entry from the command itself.
 */
@Injectable()
export class RequestTrail {
  constructor(
    private readonly contexts: ContextStore,
    private readonly platform: PlatformTrail,
    private readonly batches: BatchedEntries,
    private readonly log: EntryLog,
  ) {}

  /** Looks at every answer of an application from now on; before its routes are made. */
  watch(app: NestFastifyApplication): void {
    const fastify = app.getHttpAdapter().getInstance();
    fastify.addHook('onSend', async (request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
      const endpoint = notedEndpoint(request);
      // whoever is slowed down is counted, not recorded: a flood would be answered with a flood
      if (!endpoint?.records || reply.statusCode === 429) return payload;
      const { category, action } = endpoint.records as Act;
      return this.look({ request, endpoint, category, action }, reply, payload);
    });
  }

  private async look(reached: Reached, reply: FastifyReply, payload: unknown): Promise<unknown> {
    const { request, endpoint } = reached;
    const { scope } = endpoint;
    const refusal = reply.statusCode >= 400 ? refusalOf(reply.statusCode, payload) : undefined;
    const account = scope === 'account' || scope === 'workspace' ? this.accountOf(request) : undefined;
    const looks = request.method === 'GET' || request.method === 'HEAD';
    const recorded = this.contexts.entriesNoted > 0;
    // in an account a failure can follow upon an act that was recorded; outside one a service has recorded its own refusal
    if (account ? recorded && !looks && !refusal : recorded || (looks && !(refusal && request.user))) return payload;
    try {
      const instead = account ? await this.recordInAccount(reached, account, refusal) : undefined;
      if (instead) return answerText(instead, request, reply);
      if (!account) await this.recordOutside(reached, refusal);
    } catch (error) {
      this.missed(reached, account, refusal, error);
    }
    return payload;
  }

  private async recordInAccount(
    reached: Reached,
    account: AccountPlace,
    refusal: Refusal | undefined,
  ): Promise<BulkheadError | undefined> {
    const { request, category, action } = reached;
    const { user } = request;
    if (!user) return undefined;
    const { type, id } = resourceOf(reached);
    const act = { category, action, workspaceId: this.workspaceOf() };
    const accountSessionId = user.account?.sessionId ?? null;
    const who = { account, userId: user.userId, accountSessionId, requestId: request.id, origin: originOf(request) };
    // what a path names need not be there, nor be the account's own
    if (refusal) await this.batches.refused({ ...act, resource: { type, id: null }, refusal }, who);
    // what could be forgotten beyond a second is not answered
    else if (this.batches.isFull(account.cell)) return new DatabaseUnavailableError();
    // a read; or a command that found nothing to do, or was done before
    else this.batches.looked({ ...act, resource: { type, id } }, who);
    return undefined;
  }

  private async recordOutside({ request, category, action }: Reached, refusal: Refusal | undefined): Promise<void> {
    const { user } = request;
    // where somebody goes, and what they try, outside an account is none of their accounts' business
    const event = { category, action, userId: user?.userId ?? null, concerns: 'nobody else' } as const;
    await this.platform.record(
      { ...event, ...(refusal && { refusal }) },
      { requestId: request.id, origin: originOf(request) },
    );
  }

  private missed(
    { request, category, action }: Reached,
    account: AccountPlace | undefined,
    refusal: Refusal | undefined,
    error: unknown,
  ): void {
    const entry = {
      id: request.id,
      category,
      action,
      actorKind: 'user',
      actorUserId: request.user?.userId ?? null,
      actorName: null,
      onBehalfOf: null,
      accountId: account?.id ?? null,
      workspaceId: null,
      resourceType: '',
      resourceId: null,
      refusal,
      requestId: request.id,
    };
    this.log.missed([entry], error);
  }

  private accountOf({ user }: Handled): AccountPlace | undefined {
    const account = this.contexts.current()?.account ?? user?.account;
    return account && { id: account.id, cell: account.cell };
  }

  /** The workspace that the request may enter: a path can name any. */
  private workspaceOf(): string | null {
    const context = this.contexts.current();
    return context?.workspaceId ?? context?.demand?.workspaceId ?? null;
  }
}

/** What a request is about: the row that the end of its path names, and what its action is called after. */
function resourceOf({ request, endpoint, action }: Reached): { readonly type: string; readonly id: string | null } {
  const ids = Object.entries(Object(request.params) as Record<string, string>)
    .filter(([name]) => name.endsWith('Id') && !(name === 'workspaceId' && endpoint.scope === 'workspace'))
    .map(([, id]) => id);
  return { type: action.split('.')[0] ?? action, id: ids.at(0) ?? null };
}

function refusalOf(status: number, payload: unknown): Refusal {
  const outcome = status === 401 || status === 403 || status === 404 ? 'denied' : 'failed';
  try {
    const { code } = JSON.parse(String(payload)) as { code?: unknown };
    return { outcome, reason: typeof code === 'string' ? code.slice(0, 60) : 'unknown' };
  } catch {
    return { outcome, reason: 'unknown' };
  }
}
