import type { KeyObject } from 'node:crypto';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { DatabaseModule } from '#libs/database';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotencyKeyEntity } from './idempotency-key.entity.js';
import { IdempotencyKeyRepository } from './idempotency-key.repository.js';
import { IdempotentRequests } from './idempotent-requests.service.js';
import { IDEMPOTENCY_KEY } from './keyed-hash.js';
import { ReservedIds } from './reserved-ids.service.js';

/** `Idempotency-Key` on every POST in an account, and reserved ids for objects that are created outside accounts. */
@Global()
@Module({})
export class IdempotencyModule {
  /** @param key recognises requests and seals answers; any 32 bytes that all instances share. */
  static forRoot(key: KeyObject): DynamicModule {
    return {
      module: IdempotencyModule,
      imports: [DatabaseModule.forFeature([IdempotencyKeyEntity])],
      providers: [
        { provide: IDEMPOTENCY_KEY, useValue: key },
        IdempotencyKeyRepository,
        IdempotentRequests,
        ReservedIds,
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
      ],
      exports: [ReservedIds],
    };
  }
}
