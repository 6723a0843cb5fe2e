import { Injectable } from '@nestjs/common';
import { ContextStore } from '#libs/context';
import type { QueryResultRow } from 'pg';
import { signedContextFor } from '../cells/cell.js';
import { Cells } from '../cells/cells.service.js';
import { GateRefusedError } from '../gate/gate.errors.js';
import type { Read, TenantConnection } from '../gate/tenant-connection.js';
import { translateDatabaseError } from '../sqlstate.errors.js';
import { ANSWER_TYPES } from './answer-types.js';
import { type DeferredAuthority, deferredAuthorityOf } from './deferred-authority.js';
import { PredicateMissingError } from './work.errors.js';
import { UnitOfWork } from './unit-of-work.service.js';

const inspected = new Map<string, number>();

function assertSays(text: string, ...predicates: readonly string[]): void {
  if ((inspected.get(text) ?? 0) >= predicates.length) return;
  for (const predicate of predicates) if (!text.includes(predicate)) throw new PredicateMissingError(predicate);
  inspected.set(text, predicates.length);
}

/**
 * Plain reads in SQL, for read models: rows as they go into answers, with moments as texts (RFC 3339, UTC). The first
 * parameters are bound to the context, and every text must use them; a read takes one round trip and runs in a read-only
 * transaction, or in the unit of work that is running.
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

  /** Asks what was put off and has not been asked, on its own. @throws what the request is refused with */
  settle(deferred: DeferredAuthority): Promise<void> {
    const { text, values } = deferred.question;
    return deferred.settle(() => this.lent((connection) => connection.query(text, values).then(({ rows }) => rows)));
  }

  private async read<Row extends QueryResultRow>(text: string, values: unknown[]): Promise<Row[]> {
    const unit = this.work.current();
    if (unit) return (await unit.manager.query<Row[]>(text, values)).map(asAnswered);
    const deferred = deferredAuthorityOf(this.contexts.current());
    if (deferred && !deferred.isAsked) return this.readDeciding(deferred, { text, values });
    // of several reads at once the first one asks
    if (deferred) await this.settle(deferred);
    return this.lent(async (connection) => (await connection.query<Row>(text, values, ANSWER_TYPES)).rows);
  }

  /** Reads in the round trip of the question that was put off, and gives the rows out once its answer is yes. */
  private async readDeciding<Row extends QueryResultRow>(deferred: DeferredAuthority, read: Read): Promise<Row[]> {
    let found: QueryResultRow[] = [];
    await deferred.settle(() =>
      this.lent(async (connection) => {
        const [answer, rows] = await connection.readBoth([deferred.question, read], ANSWER_TYPES);
        found = rows;
        return answer;
      }),
    );
    return found as Row[];
  }

  private async lent<T>(work: (connection: TenantConnection) => Promise<T>): Promise<T> {
    const cell = this.cells.current();
    const context = signedContextFor(this.contexts.current(), cell.name);
    try {
      return await cell.pool.using(context, work);
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }
}

/** A row of the ORM's connection, in the form of an answer. */
function asAnswered<Row extends QueryResultRow>(row: Row): Row {
  for (const [name, value] of Object.entries(row))
    if ((value as unknown) instanceof Date) Object.assign(row, { [name]: (value as Date).toISOString() });
  return row;
}
