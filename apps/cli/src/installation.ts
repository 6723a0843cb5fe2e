import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Environment, parseEnvironment, processVariables } from '#libs/context';
import { assertFitToServe, type Databases, findDatabases } from '#libs/database';
import { AppModule } from '../../api/src/app.module.js';

/** An installation that a command works on. */
export interface Installation {
  readonly environment: Environment;
  readonly databases: Databases;
}

/** Finds the installation that the environment names; an embedded server that was not running runs for the command only. */
export async function withInstallation<T>(work: (installation: Installation) => Promise<T>): Promise<T> {
  const environment = parseEnvironment(processVariables());
  const databases = await findDatabases(environment);
  try {
    return await work({ environment, databases });
  } finally {
    if (databases.embedded && !databases.embedded.foundRunning) await databases.embedded.stop();
  }
}

/** As {@link withInstallation}, with the modules of the product on it; refuses an installation that is not fit to serve. */
export function withModules<T>(
  work: (app: INestApplicationContext, installation: Installation) => Promise<T>,
): Promise<T> {
  return withInstallation(async (installation) => {
    await assertFitToServe(installation.databases);
    const module = AppModule.forRoot(installation.environment, installation.databases);
    const app = await NestFactory.createApplicationContext(module, { logger: ['error', 'warn'], abortOnError: false });
    try {
      return await work(app, installation);
    } finally {
      await app.close();
    }
  });
}
