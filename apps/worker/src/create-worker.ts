import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Environment } from '#libs/context';
import type { Databases } from '#libs/database';
import { WorkerModule } from './worker.module.js';

/** Builds the worker on databases that are ready, without beginning to work; tests and `main` share it. */
export function createWorker(
  environment: Environment,
  databases: Databases,
  quiet = false,
): Promise<INestApplicationContext> {
  return NestFactory.createApplicationContext(WorkerModule.forRoot(environment, databases), {
    abortOnError: false,
    logger: quiet ? false : ['error', 'warn'],
  });
}
