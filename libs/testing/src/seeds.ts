import type { INestApplicationContext } from '@nestjs/common';
import { Datasets, Documents } from '#libs/content';

/** Id of the row that an earlier seed made in a table, in the same workspace. @throws {Error} where none did. */
export type Row = (table: string) => string;

/** How a workspace gets a row of one table. A new workspace table needs one line, or the isolation proof asks for it. */
export interface Seed {
  readonly table: string;
  /**
   * Makes one row in the workspace of the current context and returns its id.
   *
   * @param canary a text that no other workspace has; put it where people write texts.
   */
  sow(app: INestApplicationContext, row: Row, canary: string): Promise<string>;
}

/** The seeds of Bulkhead's own workspace tables, in an order in which each finds the rows that it refers to. */
export const SEEDS: readonly Seed[] = [
  { table: 'datasets', sow: (app) => app.get(Datasets).create({ name: 'Notes' }) },
  {
    table: 'documents',
    sow: (app, row, body) => app.get(Documents).create(row('datasets'), { title: 'Quarterly plan', body }),
  },
];
