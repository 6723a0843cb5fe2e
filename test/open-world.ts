import { type BuildWorker, World } from '#libs/testing';
import { createApp } from '../apps/api/src/create-app.js';
import { createWorker } from '../apps/worker/src/create-worker.js';

/** The worker of a world, without a word. */
export const quietWorker: BuildWorker = (environment, databases) => createWorker(environment, databases, true);

/** The whole product on fresh databases of this run, with further variables of the environment. */
export function openWorld(variables: Record<string, string> = {}): Promise<World> {
  return World.open((environment, databases) => createApp(environment, databases, true), {
    variables,
    worker: quietWorker,
  });
}
