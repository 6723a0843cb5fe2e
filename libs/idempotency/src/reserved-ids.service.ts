import type { KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { newId } from '#libs/context';
import { Directory } from '#libs/database';
import { IdempotencyKeyReusedError } from './idempotency.errors.js';
import { IDEMPOTENCY_KEY, keyedHash } from './keyed-hash.js';

/** A request outside accounts that may come again. */
export interface RepeatableCreation {
  readonly userId: string;
  /** What the client sent as `Idempotency-Key`; undefined where it sent none. */
  readonly key: string | undefined;
  /** The operation, for example `POST /v1/me/accounts`. */
  readonly operation: string;
  readonly body: unknown;
}

/**
 * Ids of what a request creates outside accounts, where no transaction holds the creation and its answer together. A repetition of
 * the request within a day gets the same ids, so that a creation that is idempotent by its id takes effect once.
 */
@Injectable()
export class ReservedIds {
  constructor(
    private readonly directory: Directory,
    @Inject(IDEMPOTENCY_KEY) private readonly secret: KeyObject,
  ) {}

  /**
   * Reserves ids for a request, or returns those that the same request reserved within a day.
   *
   * @param names of the objects that are created; 1 to 10.
   * @returns an id for each name, and whether an earlier request had them. Without a key the ids are new.
   * @throws {IdempotencyKeyReusedError} where the key came with another body within a day.
   */
  async reserve<Name extends string>(
    { userId, key, operation, body }: RepeatableCreation,
    names: readonly Name[],
  ): Promise<{ readonly ids: Readonly<Record<Name, string>>; readonly repeated: boolean }> {
    const ids = names.map(() => newId());
    if (key === undefined) return { ids: named(names, ids), repeated: false };
    const fingerprint = keyedHash(this.secret, [body]);
    const [row] = await this.directory.call('reserve_ids', {
      ofUser: userId,
      ofDigest: keyedHash(this.secret, [operation, key]),
      ofFingerprint: fingerprint,
      newIds: ids,
    });
    if (!row?.fingerprint.equals(fingerprint)) throw new IdempotencyKeyReusedError();
    return { ids: named(names, row.ids), repeated: row.repeated };
  }
}

function named<Name extends string>(names: readonly Name[], ids: readonly string[]): Record<Name, string> {
  return Object.fromEntries(names.map((name, index) => [name, ids[index]])) as Record<Name, string>;
}
