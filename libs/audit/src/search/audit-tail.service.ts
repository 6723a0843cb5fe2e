import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { BulkheadError, ContextStore, isUuid, leastIdAt, type RequestContext } from '#libs/context';
import { InternalError, TooManyRequestsError } from '#libs/http';
import { AuditEntriesReadModel } from './audit-entries.read-model.js';
import { type AuditCriteria, criteriaOf } from './audit-filter.js';
import { StandingAuthority } from './standing-authority.port.js';

const EVERY_MS = 1_000;
const BEAT_MS = 15_000;
/** Whoever does not read what is sent for so long has gone. */
const PATIENCE_MS = 30_000;
const AT_ONCE = 200;
/** An entry can become visible so long after the time in its id: its transaction was still open, or it waited with others. */
const LATE_MS = 20_000;
const MOST_OF_A_SESSION = 5;
const MOST = 500;

/**
 * Follows the trail: entries as they are written, as server-sent events (WHATWG HTML §9.2). Each second it is asked again whether
 * session, membership, workspace and permission are still there; where one has ended, the stream says so and ends.
 */
@Injectable()
export class AuditTail implements BeforeApplicationShutdown {
  /** Streams that are open, by what ends them, with the session of each. */
  private readonly streams = new Map<AbortController, string>();

  constructor(
    private readonly contexts: ContextStore,
    private readonly entries: AuditEntriesReadModel,
    private readonly authority: StandingAuthority,
  ) {}

  /**
   * Opens a stream of what a filter finds from now on, or from the entry after `last`.
   *
   * @param request ends it where its client goes.
   * @throws {TooManyRequestsError} for a sixth of one session.
   */
  open(criteria: AuditCriteria, last: string | undefined, request: IncomingMessage): PassThrough {
    const context = this.contexts.require('A live tail');
    const { actor } = context;
    const session = (actor.kind === 'user' && actor.accountSessionId) || actor.kind;
    const own = [...this.streams.values()].filter((one) => one === session).length;
    if (own >= MOST_OF_A_SESSION || this.streams.size >= MOST) throw new TooManyRequestsError(60);
    const ending = new AbortController();
    const stream = new PassThrough();
    this.streams.set(ending, session);
    request.once('close', () => ending.abort());
    stream.once('close', () => ending.abort());
    void this.follow(context, criteria, last, stream, ending.signal).finally(() => this.streams.delete(ending));
    return stream;
  }

  /** As {@link open}, of the workspace of the context alone. */
  openInWorkspace(last: string | undefined, request: IncomingMessage): PassThrough {
    const { workspaceId = '' } = this.contexts.require('A live tail');
    return this.open(criteriaOf({ in_workspace_id: workspaceId }), last, request);
  }

  beforeApplicationShutdown(): void {
    for (const ending of this.streams.keys()) ending.abort();
  }

  private async follow(
    context: RequestContext,
    criteria: AuditCriteria,
    last: string | undefined,
    stream: PassThrough,
    signal: AbortSignal,
  ): Promise<void> {
    const sent = new Set<string>();
    const resumed = last !== undefined && isUuid(last) ? last : undefined;
    if (resumed) sent.add(resumed);
    let since = resumed ?? leastIdAt(Date.now());
    let beat = Date.now();
    try {
      await write(stream, 'retry: 2000\n\n');
      while (!signal.aborted) {
        const page = await this.contexts.runAs(context, async () => {
          await this.authority.assertStill(context);
          return this.entries.added(criteria, since, AT_ONCE);
        });
        for (const entry of page) {
          if (sent.has(entry.id)) continue;
          sent.add(entry.id);
          await write(stream, `id: ${entry.id}\nevent: entry\ndata: ${JSON.stringify(entry)}\n\n`);
          beat = Date.now();
        }
        const newest = page.at(-1);
        if (page.length === AT_ONCE && newest) {
          since = newest.id;
          continue;
        }
        // what comes late has an older id than what was sent
        const late = leastIdAt(Date.now() - LATE_MS);
        if (late > since) since = late;
        for (const id of sent) if (id < since) sent.delete(id);
        if (Date.now() - beat > BEAT_MS) {
          await write(stream, ': still here\n\n');
          beat = Date.now();
        }
        await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
      }
    } catch (error) {
      const { code } = error instanceof BulkheadError ? error : new InternalError({ cause: error });
      if (stream.writable) stream.write(`event: end\ndata: ${JSON.stringify({ code })}\n\n`);
    } finally {
      stream.end();
    }
  }
}

async function write(stream: PassThrough, text: string): Promise<void> {
  if (stream.write(text)) return;
  await once(stream, 'drain', { signal: AbortSignal.timeout(PATIENCE_MS) });
}
