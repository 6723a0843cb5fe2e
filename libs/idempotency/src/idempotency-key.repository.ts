import { Injectable } from '@nestjs/common';
import { ScopedRepository, UnitOfWork } from '#libs/database';
import { IdempotencyKeyEntity } from './idempotency-key.entity.js';

/** Answers of the account that may be asked for again. */
@Injectable()
export class IdempotencyKeyRepository extends ScopedRepository<IdempotencyKeyEntity> {
  constructor(private readonly unit: UnitOfWork) {
    super(IdempotencyKeyEntity, 'account', unit);
  }

  /** Deletes the answer to this digest where it is older than a day, and some others as old; one request at a time does that. */
  async forgetOld(digest: Buffer): Promise<void> {
    await this.unit.require().inAccount(
      `delete from idempotency_keys where account_id = $1 and created_at < now() - interval '1 day'
       and (digest = $2 or digest in (
         select k.digest from idempotency_keys k where k.account_id = $1 and k.created_at < now() - interval '1 day'
         and (select pg_try_advisory_xact_lock(hashtextextended($1::uuid || ':forget old answers', 0)))
         order by k.created_at limit 20))`,
      digest,
    );
  }
}
