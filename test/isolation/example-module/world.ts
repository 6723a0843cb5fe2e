import { readFileSync } from 'node:fs';
import { World } from '#libs/testing';
import { createApp } from '../../../apps/api/src/create-app.js';
import { NotesModule } from './index.js';

/** The product with the module of notes. */
export function openWorld(): Promise<World> {
  return World.open((environment, databases) => createApp(environment, databases, true, [NotesModule]), {
    cellSql: [readFileSync('test/isolation/example-module/notes.sql', 'utf8')],
  });
}
