import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { BulkheadError, ContextStore, isUuid, leastIdAt, type RequestContext } from '#libs/context';
import { InternalError, InvalidRequestError, TooManyRequestsError } from '#libs/http';
import { AuditEntriesReadModel } from './audit-entries.read-model.js';
import { type AuditCriteria, criteriaOf } from './audit-filter.js';
import { StreamAuthorizer } from './stream-authorizer.port.js';

const EVERY_MS = 1_000;
const BEAT_MS = 15_000;
/** Whoever does not read what is sent for so long has gone. */
const TIMEOUT_MS = 30_000;
const AT_ONCE = 200;
/** An entry can become visible so long after the time in its id: its transaction was still open, or it waited with others. */
const LATE_MS = 20_000;
/** Streams at once: of a session, of a person in all of their accounts, of an account, and of the process. */
const MAX_OF_A_SESSION = 5;
const MAX_OF_A_PERSON = 20;
const MAX_OF_AN_ACCOUNT = 50;
const MOST = 500;
/** A stream goes on after an entry of the last day; what is older is in the list. */
const RESUMED_MS = 24 * 3_600_000;
const BETWEEN_PAGES_MS = 50;

interface Following {
  readonly stream: PassThrough;
  readonly request: IncomingMessage;
  readonly signal: AbortSignal;
}

/**
 * Follows the trail: entries as they are written, as server-sent events (WHATWG HTML §9.2). Each second it is asked again whether
 * session, membership, workspace and permission are still there; where one has ended, the stream says so and ends.
 */
@Injectable()
export class AuditTail implements BeforeApplicationShutdown {
  /** Streams that are open, by what ends them. */
  private readonly streams = new Map<
    AbortController,
    { readonly session: string; readonly person: string; readonly account: string }
  >();

  constructor(
    private readonly contexts: ContextStore,
    private readonly entries: AuditEntriesReadModel,
    private readonly authorizer: StreamAuthorizer,
  ) {}

  /**
   * Opens a stream of what a filter finds from now on, or from the entry after `last`.
   *
   * @param request ends it where its client goes.
   * @throws {TooManyRequestsError} for a sixth of one session, a twenty-first of one person, or the fifty-first of an account.
   * @throws {InvalidRequestError} for words: they are looked for in the list.
   */
  open(criteria: AuditCriteria, last: string | undefined, request: IncomingMessage): PassThrough {
    if (criteria.words !== null)
      throw new InvalidRequestError('Words are not looked for in what is followed. Give other filters.', [
        { field: 'q', problem: 'does not go with a live tail' },
      ]);
    const context = this.contexts.require('A live tail');
    const { principal: person, accountSessionId } = context.traits;
    const session = accountSessionId ?? person;
    const account = context.requireAccount('A live tail').id;
    const open = [...this.streams.values()];
    const count = (of: 'session' | 'person' | 'account', id: string) => open.filter((one) => one[of] === id).length;
    if (
      count('session', session) >= MAX_OF_A_SESSION ||
      count('person', person) >= MAX_OF_A_PERSON ||
      count('account', account) >= MAX_OF_AN_ACCOUNT ||
      open.length >= MOST
    )
      throw new TooManyRequestsError(60);
    const ending = new AbortController();
    const stream = new PassThrough();
    this.streams.set(ending, { session, person, account });
    request.once('close', () => ending.abort());
    stream.once('close', () => ending.abort());
    void this.follow(context, criteria, last, { stream, request, signal: ending.signal }).finally(() =>
      this.streams.delete(ending),
    );
    return stream;
  }

  /** As {@link open}, of the workspace of the context alone. */
  openInWorkspace(last: string | undefined, request: IncomingMessage): PassThrough {
    const workspaceId = this.contexts.require('A live tail').requireWorkspaceId('A live tail');
    return this.open(criteriaOf({ in_workspace_id: workspaceId }), last, request);
  }

  beforeApplicationShutdown(): void {
    for (const ending of this.streams.keys()) ending.abort();
  }

  private async follow(
    context: RequestContext,
    criteria: AuditCriteria,
    last: string | undefined,
    { stream, request, signal }: Following,
  ): Promise<void> {
    const sent = new Set<string>();
    const oldest = leastIdAt(Date.now() - RESUMED_MS);
    const resumed = last !== undefined && isUuid(last) ? last : undefined;
    if (resumed) sent.add(resumed);
    // from here on it looks again each time: what comes late has an older id than what was sent
    let since = resumed === undefined ? leastIdAt(Date.now()) : resumed > oldest ? resumed : oldest;
    let beat = Date.now();
    try {
      await write(stream, 'retry: 2000\n\n', signal);
      while (!signal.aborted) {
        let from = since;
        for (let more = true; more && !signal.aborted; ) {
          const page = await this.contexts.runAs(context, async () => {
            await this.authorizer.assertStillAllowed(context);
            return this.entries.added(criteria, from, AT_ONCE);
          });
          for (const entry of page) {
            if (sent.has(entry.id)) continue;
            sent.add(entry.id);
            await write(stream, `id: ${entry.id}\nevent: entry\ndata: ${JSON.stringify(entry)}\n\n`, signal);
            beat = Date.now();
          }
          const newest = page.at(-1);
          more = page.length === AT_ONCE && newest !== undefined;
          if (newest) from = newest.id;
          since = least(from, leastIdAt(Date.now() - LATE_MS), since);
          for (const id of sent) if (id < since) sent.delete(id);
          if (more) await sleep(BETWEEN_PAGES_MS, undefined, { signal }).catch(() => undefined);
        }
        if (Date.now() - beat > BEAT_MS) {
          await write(stream, ': still here\n\n', signal);
          beat = Date.now();
        }
        await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
      }
    } catch (error) {
      // who does not read is not told either
      if (stream.writableNeedDrain) request.destroy();
      const { code } = error instanceof BulkheadError ? error : new InternalError({ cause: error });
      if (stream.writable) stream.write(`event: end\ndata: ${JSON.stringify({ code })}\n\n`);
    } finally {
      stream.end();
    }
  }
}

async function write(stream: PassThrough, text: string, signal: AbortSignal): Promise<void> {
  if (stream.write(text)) return;
  await once(stream, 'drain', { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) });
}

/** Where to look again from: the end of what was seen, unless something older can still come; never before what was begun with. */
function least(seen: string, late: string, began: string): string {
  const from = seen < late ? seen : late;
  return from > began ? from : began;
}
