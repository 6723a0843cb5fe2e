import type { Seed } from '#libs/database';
import { Datasets } from './datasets.service.js';
import { Documents } from './documents.service.js';

/** Rows of datasets and documents, for tests and the isolation proof. */
export const CONTENT_SEEDS: readonly Seed[] = [
  { table: 'datasets', scope: 'workspace', sow: (app) => app.get(Datasets).create({ name: 'Notes' }) },
  {
    table: 'documents',
    scope: 'workspace',
    sow: async (app, { row, canary }) =>
      app.get(Documents).create(await row('datasets'), { title: 'Quarterly plan', body: canary }),
  },
];
