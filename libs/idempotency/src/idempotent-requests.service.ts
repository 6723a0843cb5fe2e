import type { KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/database';
import { IdempotencyKeyReusedError } from './idempotency.errors.js';
import { IdempotencyKeyRepository } from './idempotency-key.repository.js';
import { IDEMPOTENCY_KEY, keyedHash } from './keyed-hash.js';
import { open, seal } from './sealed-answer.js';

/** A request that may come again. */
export interface RepeatableRequest {
  /** What the client sent as `Idempotency-Key`. */
  readonly key: string;
  /** The operation and the ids in its path, however the path was spelled. */
  readonly route: string;
  /** The body as it was parsed; undefined without one. */
  readonly body: unknown;
}

/** Answers of requests that were made before; each counts for one account, person, workspace and route. */
@Injectable()
export class IdempotentRequests {
  constructor(
    private readonly work: UnitOfWork,
    private readonly keys: IdempotencyKeyRepository,
    @Inject(IDEMPOTENCY_KEY) private readonly secret: KeyObject,
  ) {}

  /**
   * Does what was asked for once, and gives the same answer to every repetition for a day. The act, its audit entries and its
   * answer are one unit of work; a repetition at the same time waits for it. A repetition is
   * authorized again, on locked rows, before it is answered. A request that failed left nothing behind and runs again.
   *
   * @param act does it and returns the answer; its commands join the unit of work.
   * @returns the answer, and whether it is the one of an earlier request.
   * @throws {IdempotencyKeyReusedError} where the key came with another body before.
   */
  once<Answer>(
    { key, route, body }: RepeatableRequest,
    act: () => Promise<Answer>,
  ): Promise<{ readonly answer: Answer; readonly replayed: boolean }> {
    return this.work.around(async () => {
      const unit = this.work.require();
      const { workspaceId = null, traits } = unit.context;
      const account = unit.context.requireAccount('A repeatable request');
      const digest = keyedHash(this.secret, [traits.principal, workspaceId, route, key]);
      const fingerprint = keyedHash(this.secret, [body ?? null]);
      const sealing = { ours: this.secret, clients: key, place: `${account.id} ${digest.toString('hex')}` };
      await unit.lock(`idempotency:${digest.toString('hex')}`, 'alone');
      await this.keys.forgetOld(digest);
      const before = await this.keys.findOne({ digest });
      if (before) {
        if (!before.fingerprint.equals(fingerprint)) throw new IdempotencyKeyReusedError();
        unit.nothingHappened();
        return { answer: JSON.parse(open(before.answer, sealing)).answer as Answer, replayed: true };
      }
      const answer = await act();
      await this.keys.insert({ digest, fingerprint, answer: seal(JSON.stringify({ answer }), sealing) });
      return { answer, replayed: false };
    });
  }
}
