import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Environment } from '#libs/context';
import type { Databases } from '#libs/database';
import { StructuredLog } from '#libs/telemetry';
import { WorkerModule } from './worker.module.js';

/** Builds the worker on databases that are ready, without beginning to work; tests and `main` share it. */
export function createWorker(
  environment: Environment,
  databases: Databases,
  quiet = false,
): Promise<INestApplicationContext> {
  const { level, file } = environment.telemetry.log;
  const log = new StructuredLog({ level: quiet && !file ? 'silent' : level, file }, 'worker');
  return NestFactory.createApplicationContext(WorkerModule.forRoot(environment, databases, log), {
    abortOnError: false,
    logger: log,
  });
}
