import { Injectable } from '@nestjs/common';
import { newId, type Origin } from '#libs/context';
import { Directory } from '#libs/database';
import type { AuditCategory, Refusal } from './audit-entry.js';
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

/** A call of a function of the directory. */
type Call = readonly [name: string, ...values: unknown[]];

/** Writes the directory's own trail: what happens to people outside any account. */
@Injectable()
export class PlatformTrail {
  constructor(
    private readonly directory: Directory,
    private readonly log: EntryLog,
  ) {}

  /** Records an event, and does what it is about in the same transaction. @param calls of the directory. Default none. */
  async record(event: PlatformEvent, { requestId, origin }: EventSource, calls: readonly Call[] = []): Promise<void> {
    const {
      category,
      action,
      userId = null,
      byThem = true,
      concerns = 'their accounts',
      details = {},
      refusal,
    } = event;
    const actor = event.actor ?? (byThem ? 'user' : 'unknown');
    const { address, userAgent } = recordedOrigin(origin);
    const id = newId();
    const came = [refusal?.outcome ?? 'succeeded', refusal?.reason ?? null];
    const about = [id, category, action, actor, userId, concerns === 'their accounts', ...came];
    const entry: Call = ['record_platform_entry', ...about, requestId, address, userAgent, details];
    if (calls.length) await this.directory.callAll([...calls, entry]);
    else await this.directory.call(...entry);
    this.log.wrote({
      id,
      category,
      action,
      actorKind: actor,
      actorUserId: byThem ? userId : null,
      actorName: null,
      onBehalfOf: null,
      accountId: null,
      workspaceId: null,
      resourceType: 'user',
      resourceId: userId,
      refusal,
      requestId,
    });
  }
}
