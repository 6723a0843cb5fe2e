import type { Type } from '@nestjs/common';
import { Column, type ColumnOptions, PrimaryColumn } from 'typeorm';
import { CELL_COLUMNS, type CellTables } from './cell-tables.gen.js';

/**
 * Returns a class with the columns of a table of a cell, for an entity to extend. A column can be inserted or updated only where the
 * application has the privilege. In a table of the account, a column `workspace_id` is the property `inWorkspaceId`: `workspaceId` is the
 * tenant's own column, which repositories fill in.
 *
 * ```ts
 * @Entity({ name: 'subscriptions' })
 * class SubscriptionEntity extends TableRow('subscriptions') {
 *   declare state: State; // narrower than the text of the catalog
 * }
 * ```
 */
export function TableRow<Table extends keyof CellTables>(table: Table): Type<CellTables[Table]> {
  class Row {}
  const columns: Readonly<Record<string, ColumnOptions>> = CELL_COLUMNS[table];
  for (const [property, { primary, ...options }] of Object.entries(columns)) {
    const decorate = primary ? PrimaryColumn(options as { type: 'uuid' }) : Column(options);
    decorate(Row.prototype, property);
  }
  return Row as Type<CellTables[Table]>;
}
