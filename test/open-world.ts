import type { INestApplicationContext } from '@nestjs/common';
import { type BuildWorker, World } from '#libs/testing';
import { createApp } from '../apps/api/src/create-app.js';
import { createOperatorApp } from '../apps/cli/src/installation.js';
import { createWorker } from '../apps/worker/src/create-worker.js';

/** The worker of a world, without a word. */
export const quietWorker: BuildWorker = (environment, databases) => createWorker(environment, databases, true);

/** Does something as the operator's commands do, beside the API of a world. */
export async function asOperatorOf<T>(world: World, work: (app: INestApplicationContext) => Promise<T>): Promise<T> {
  const app = await createOperatorApp(world);
  try {
    return await work(app);
  } finally {
    await app.close();
  }
}

/** The whole product on fresh databases of this run, with further variables of the environment. */
export function openWorld(variables: Record<string, string> = {}): Promise<World> {
  return World.open((environment, databases) => createApp(environment, databases, true), {
    variables,
    worker: quietWorker,
  });
}
