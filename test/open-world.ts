import { World } from '#libs/testing';
import { createApp } from '../apps/api/src/create-app.js';

/** The whole product on fresh databases of this run, with further variables of the environment. */
export function openWorld(variables: Record<string, string> = {}): Promise<World> {
  return World.open((environment, databases) => createApp(environment, databases, true), { variables });
}
