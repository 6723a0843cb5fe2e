import type { KeyObject } from 'node:crypto';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { DatabaseModule } from '#libs/database';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotencyKeyEntity } from './idempotency-key.entity.js';
import { IdempotencyKeyRepository } from './idempotency-key.repository.js';
import { IDEMPOTENCY_KEY, IdempotentRequests } from './idempotent-requests.service.js';

/** `Idempotency-Key` on every POST in an account. */
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
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
      ],
    };
  }
}
