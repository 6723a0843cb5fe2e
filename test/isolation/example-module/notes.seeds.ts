import type { Seed } from '#libs/database';
import { Notes } from './notes.service.js';

/** Rows of notes, for tests and the isolation proof. */
export const NOTE_SEEDS: readonly Seed[] = [
  {
    table: 'notes',
    scope: 'workspace',
    sow: (app, { canary }) => app.get(Notes).create({ title: 'First note', text: canary }),
  },
];
