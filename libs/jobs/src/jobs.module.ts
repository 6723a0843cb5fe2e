import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Duties } from './duties.service.js';

/** {@link Duties}, for the worker. */
@Module({ imports: [DiscoveryModule], providers: [Duties], exports: [Duties] })
export class JobsModule {}
