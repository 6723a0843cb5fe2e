import { Injectable } from '@nestjs/common';
import { ContextStore } from '#libs/context';
import type { QueryResultRow } from 'pg';
import { signedContextFor } from '../cells/cell.js';
import { Cells } from '../cells/cells.service.js';
import { GateRefusedError } from '../gate/gate.errors.js';
import { translateDatabaseError } from '../sqlstate.errors.js';
import { PredicateMissingError } from './work.errors.js';
import { UnitOfWork } from './unit-of-work.service.js';

const inspected = new Set<string>();

function assertSays(text: string, ...predicates: readonly string[]): void {
  const key = `${predicates.length}|${text}`;
  if (inspected.has(key)) return;
  for (const predicate of predicates) if (!text.includes(predicate)) throw new PredicateMissingError(predicate);
  inspected.add(key);
}

/**
 * Plain reads in SQL, for read models. The first parameters are bound to the context, and every text must use them; a read
 * takes one round trip and runs in a read-only transaction, or in the unit of work that is running.
 */
@Injectable()
export class Reader {
  constructor(
    private readonly contexts: ContextStore,
    private readonly cells: Cells,
    private readonly work: UnitOfWork,
  ) {}

  /** Rows of account tables. `$1` is the account and must be compared as `account_id = $1`; `values` begin at `$2`. */
  async inAccount<Row extends QueryResultRow>(text: string, ...values: readonly unknown[]): Promise<Row[]> {
    assertSays(text, 'account_id = $1');
    const { id } = this.contexts.requireAccount('A read model');
    return this.read(text, [id, ...values]);
  }

  /** Rows of workspace tables. `$1` is the account, `$2` the workspace; both must be compared; `values` begin at `$3`. */
  async inWorkspace<Row extends QueryResultRow>(text: string, ...values: readonly unknown[]): Promise<Row[]> {
    assertSays(text, 'account_id = $1', 'workspace_id = $2');
    const { id } = this.contexts.requireAccount('A read model');
    const { workspaceId } = this.contexts.require();
    if (!workspaceId) throw new GateRefusedError('This table belongs to a workspace and none was entered.');
    return this.read(text, [id, workspaceId, ...values]);
  }

  private async read<Row extends QueryResultRow>(text: string, values: unknown[]): Promise<Row[]> {
    const unit = this.work.current();
    if (unit) return unit.manager.query(text, values);
    const cell = this.cells.current();
    const context = signedContextFor(this.contexts.current(), cell.name);
    try {
      return await cell.pool.using(context, async (connection) => (await connection.query<Row>(text, values)).rows);
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }
}
