import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BulkheadError, type Environment, parseEnvironment, processVariables } from '#libs/context';
import { assertFitToServe, type Databases, findDatabases, withOperatorRole } from '#libs/database';
import { StructuredLog, Tracing } from '#libs/telemetry';
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

/** Creates the product's modules for the operator's commands, which reach the directory as `bulkhead_operator`. */
export async function createOperatorApp({ environment, databases }: Installation): Promise<INestApplicationContext> {
  const { level, file } = environment.telemetry.log;
  // standard output is for what the command answers
  const log = new StructuredLog({ level: file ? level : 'warn', file: file ?? 2 }, 'cli');
  const connections = withOperatorRole(databases.connections);
  const module = AppModule.forRoot(environment, { ...databases, connections }, log);
  return NestFactory.createApplicationContext(module, { logger: log, abortOnError: false });
}

/** As {@link withInstallation}, with {@link createOperatorApp}; refuses an installation that is not fit to serve. */
export function withModules<T>(
  work: (app: INestApplicationContext, installation: Installation) => Promise<T>,
): Promise<T> {
  return withInstallation(async (installation) => {
    await assertFitToServe(installation.databases);
    const app = await createOperatorApp(installation);
    try {
      return await work(app, installation);
    } catch (error) {
      // what the operator asked for and cannot have is no failure of ours
      if (!(error instanceof BulkheadError && error.status < 500))
        app.get(Tracing).recordFailure(`command ${process.argv.slice(2, 4).join(' ')}`, error);
      await app.get(Tracing).flush();
      throw error;
    } finally {
      await app.close();
    }
  });
}
