import { Injectable } from '@nestjs/common';
import { newId, type Origin } from '#libs/context';
import {
  type CallOf,
  Directory,
  type DirectoryAnswer,
  type DirectoryCall,
  type DirectoryFunction,
} from '#libs/database';
import type { AuditCategory, LoggedEntry, Refusal } from './audit-entry.js';
import { EntryLog } from './entry-log.service.js';
import { recordedOrigin } from './recorded-origin.js';

/** The request that an event came with. */
export interface EventSource {
  readonly requestId: string;
  /** Absent where no request of a client stands behind it. */
  readonly origin?: Origin | undefined;
}

/** An event of a person or of the installation, outside any account. */
export interface PlatformEvent {
  readonly category: AuditCategory;
  /** `<noun>.<verb>`, for example `sign_in.refused`. */
  readonly action: string;
  /** Kind of the actor. Default `user`. */
  readonly actor?: string;
  /** The person it is about; it is copied to their accounts. Default nobody that is known. */
  readonly userId?: string | null;
  /** Whom it concerns beside the person: what becomes of a sign-in, every account that they belong to. Default those. */
  readonly concerns?: 'their accounts' | 'nobody else';
  /** Whether the person did it. Default true; of a wrong password nobody knows. */
  readonly byThem?: boolean;
  /** What else is known; never a secret. Default nothing. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Default: it was done. */
  readonly refusal?: Refusal;
}

/** What goes with an act that took effect: its entry, and further calls of the directory, for example one that asks for a mail. */
export interface Consequences {
  readonly event: PlatformEvent;
  /** Default none. */
  readonly calls?: readonly DirectoryCall[];
}

/** Writes the directory's own trail: what happens to people outside any account. */
@Injectable()
export class PlatformTrail {
  constructor(
    private readonly directory: Directory,
    private readonly log: EntryLog,
  ) {}

  /** Records an event, and does what it is about in the same transaction. @param calls of the directory. Default none. */
  async record(event: PlatformEvent, source: EventSource, calls: readonly DirectoryCall[] = []): Promise<void> {
    const { call, logged } = entryOf(event, source);
    if (calls.length) await this.directory.callAll([...calls, call]);
    else await this.directory.call(...call);
    this.log.wrote(logged);
  }

  /**
   * Does something, and where it took effect records it and does what goes with it, in one transaction: neither is there without
   * the other.
   *
   * @param act a call of a function that returns one value; null, false and 0 say that it took no effect.
   * @param then what goes with it, from that value.
   * @returns the value; undefined where it took no effect, and nothing was recorded.
   */
  async perform<Name extends DirectoryFunction>(
    act: CallOf<Name>,
    source: EventSource,
    then: (result: NonNullable<DirectoryAnswer<Name>>) => Consequences,
  ): Promise<NonNullable<DirectoryAnswer<Name>> | undefined> {
    const done = await this.directory.inTransaction(async (call) => {
      const result = await call(act);
      if (!result) return undefined;
      const { event, calls = [] } = then(result);
      const entry = entryOf(event, source);
      for (const one of [...calls, entry.call]) await call(one);
      return { result, logged: entry.logged };
    });
    if (done) this.log.wrote(done.logged);
    return done?.result;
  }
}

/** The call that writes an entry, and the same for the log. */
function entryOf(
  event: PlatformEvent,
  { requestId, origin }: EventSource,
): { readonly call: CallOf<'record_platform_entry'>; readonly logged: LoggedEntry } {
  const { category, action, userId = null, byThem = true, concerns = 'their accounts', details = {}, refusal } = event;
  const actor = event.actor ?? (byThem ? 'user' : 'unknown');
  const { address, userAgent } = recordedOrigin(origin);
  const id = newId();
  const call: CallOf<'record_platform_entry'> = [
    'record_platform_entry',
    {
      entryId: id,
      category,
      action,
      actor,
      aboutUser: userId,
      toBeCopied: concerns === 'their accounts',
      outcome: refusal?.outcome ?? 'succeeded',
      reason: refusal?.reason ?? null,
      requestId,
      address,
      userAgent,
      details,
    },
  ];
  const logged = {
    id,
    category,
    action,
    actorKind: actor,
    actorUserId: byThem && actor === 'user' ? userId : null,
    actorName: null,
    onBehalfOf: null,
    accountId: null,
    workspaceId: null,
    resourceType: 'user',
    resourceId: userId,
    refusal,
    requestId,
  };
  return { call, logged };
}
