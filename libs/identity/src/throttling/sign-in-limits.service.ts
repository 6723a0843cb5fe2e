import { Inject, Injectable } from '@nestjs/common';
import { type EventSource, PlatformTrail } from '#libs/audit';
import { newId } from '#libs/context';
import { Directory } from '#libs/database';
import { BlockedIps, TooManyRequestsError } from '#libs/http';
import { emailKey } from '../users/email-address.js';
import { ADDRESS } from '../identity.acts.js';

/** Name of the provider of how many wrong sign-ins are free. */
export const FREE_FAILURES = Symbol('free failures');

/** A network address that may not sign in for a while. */
export interface BlockedAddress {
  readonly address: string;
  readonly since: Date;
  readonly until: Date;
  readonly reason: string;
}

/**
 * Slows down who guesses passwords: after five wrong ones from an address for a person, after twenty from an address, after fifty
 * for a person from addresses where they have not signed in of late, each try waits longer, up to a quarter of an hour. An
 * address with a hundred is blocked for an hour. Whoever signs in from where they always do is not held up by others.
 */
@Injectable()
export class SignInLimits extends BlockedIps {
  constructor(
    private readonly directory: Directory,
    private readonly trail: PlatformTrail,
    @Inject(FREE_FAILURES) private readonly free: number,
  ) {
    super();
  }

  /** Counts a try, as a wrong one until {@link succeeded}. @throws {TooManyRequestsError} where it has to wait; it is not looked at. */
  async begin(email: string, { requestId, origin }: EventSource): Promise<void> {
    const seconds = await this.directory.call('begin_sign_in', {
      wantedEmailKey: emailKey(email),
      fromAddress: origin?.address ?? null,
      free: this.free,
      entryId: newId(),
      ofRequest: requestId,
    });
    if (seconds) throw new TooManyRequestsError(seconds);
  }

  async secondsLeft(ip: string | null): Promise<number> {
    if (ip === null) return 0;
    return (await this.directory.call('blocked_seconds', { ofAddress: ip })) ?? 0;
  }

  /** The try was right. */
  async succeeded(email: string, { origin }: EventSource): Promise<void> {
    await this.directory.call('sign_in_succeeded', {
      wantedEmailKey: emailKey(email),
      fromAddress: origin?.address ?? null,
    });
  }

  /** Addresses that may not sign in now, the newest first. */
  blocked(): Promise<BlockedAddress[]> {
    return this.directory.call('blocked_addresses');
  }

  /** Lets an address sign in again, on the operator's behalf. @returns false where it was not blocked. */
  async lift(address: string, source: EventSource): Promise<boolean> {
    const lifted = {
      ...ADDRESS.lift,
      actor: 'operator',
      details: { address },
    } as const;
    return (
      (await this.trail.perform(['lift_block', { ofAddress: address }], source, () => ({ event: lifted }))) !==
      undefined
    );
  }
}
