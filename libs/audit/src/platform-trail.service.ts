import { Injectable } from '@nestjs/common';
import { newId, type Origin } from '#libs/context';
import { Directory } from '#libs/database';
import { recordedOrigin } from './recorded-origin.js';

/** The request that an event came with. */
export interface EventSource {
  readonly requestId: string;
  /** Absent where no request of a client stands behind it. */
  readonly origin?: Origin | undefined;
}

/** An event of a person or of the installation, outside any account. */
export interface PlatformEvent {
  readonly category: 'authentication' | 'session' | 'administration';
  /** `<noun>.<verb>`, for example `sign_in.refused`. */
  readonly action: string;
  /** Kind of the actor. Default `user`. */
  readonly actor?: string;
  /** The person it is about. Default nobody that is known. */
  readonly userId?: string | null;
  readonly accountId?: string | null;
  /** What else is known; never a secret. Default nothing. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Writes the directory's own trail: what happens to people outside any account. */
@Injectable()
export class PlatformTrail {
  constructor(private readonly directory: Directory) {}

  /** The call that records an event, to go into one transaction with the act: {@link Directory.callAll}. */
  entry(event: PlatformEvent, { requestId, origin }: EventSource): readonly [name: string, ...values: unknown[]] {
    const { category, action, actor = 'user', userId = null, accountId = null, details = {} } = event;
    const { address, userAgent } = recordedOrigin(origin);
    const from = [requestId, address, userAgent];
    return ['record_platform_entry', newId(), category, action, actor, userId, accountId, ...from, details];
  }

  /** Records an event that stands alone. */
  async record(event: PlatformEvent, source: EventSource): Promise<void> {
    await this.directory.call(...this.entry(event, source));
  }
}
