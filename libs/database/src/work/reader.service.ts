import { Injectable } from '@nestjs/common';
import { ContextStore } from '#libs/context';
import type { QueryResultRow } from 'pg';
import { signedContextFor } from '../cells/cell.js';
import { Cells } from '../cells/cells.service.js';
import { GateRefusedError } from '../gate/gate.errors.js';
import type { Read, TenantConnection } from '../gate/tenant-connection.js';
import { translateDatabaseError } from '../sqlstate.errors.js';
import { ANSWER_TYPES } from './answer-types.js';
import { type ReadAuthorization, readAuthorizationOf } from './read-authorization.js';
import { assertComparesTenant } from './tenant-comparison.js';
import { UnitOfWork } from './unit-of-work.service.js';

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
    assertComparesTenant(text, 'account_id = $1');
    const { id } = this.contexts.requireAccount('A read model');
    return this.read(text, [id, ...values]);
  }

  /** Rows of workspace tables. `$1` is the account, `$2` the workspace; both must be compared; `values` begin at `$3`. */
  async inWorkspace<Row extends QueryResultRow>(text: string, ...values: readonly unknown[]): Promise<Row[]> {
    assertComparesTenant(text, 'account_id = $1', 'workspace_id = $2');
    const { id } = this.contexts.requireAccount('A read model');
    const { workspaceId } = this.contexts.require();
    if (!workspaceId) throw new GateRefusedError('This table belongs to a workspace and none was entered.');
    return this.read(text, [id, workspaceId, ...values]);
  }

  /** Reads before the actor is authorized. For the look-up of access alone, as `libs/testing/test/source.spec.ts` checks. */
  async lookUpAccess({ text, values }: Read): Promise<QueryResultRow[]> {
    this.contexts.requireAccount('A look-up of access');
    return this.send(text, values);
  }

  /** Looks an authorization up that no read has looked up yet. @throws what the request is refused with */
  settle(authorization: ReadAuthorization): Promise<void> {
    const { text, values } = authorization.question;
    return authorization.settle(() =>
      this.lent((connection) => connection.query(text, values).then(({ rows }) => rows)),
    );
  }

  private async read<Row extends QueryResultRow>(text: string, values: unknown[]): Promise<Row[]> {
    const unit = this.work.current();
    if (unit) return (await unit.manager.query<Row[]>(text, values)).map(asAnswered);
    const authorization = readAuthorizationOf(this.contexts.current());
    if (authorization && !authorization.isAsked) return this.readDeciding(authorization, { text, values });
    // of several reads at once the first one asks
    if (authorization) await this.settle(authorization);
    this.assertAuthorized();
    return this.send(text, values);
  }

  private async send<Row extends QueryResultRow>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return this.lent(async (connection) => (await connection.query<Row>(text, values, ANSWER_TYPES)).rows);
  }

  /** @throws {GateRefusedError} unless the access of the actor was looked up, or the actor is trusted */
  private assertAuthorized(): void {
    const { traits, access } = this.contexts.require('A read model');
    if (traits.isTrusted || (access && access.kind !== 'none')) return;
    if (readAuthorizationOf(this.contexts.current())) return;
    throw new GateRefusedError(
      "The access of this context's actor was not looked up. Let the access guard establish the context, or act as a job.",
    );
  }

  /** Reads in the round trip that looks the authorization up, and gives the rows out once it is decided. */
  private async readDeciding<Row extends QueryResultRow>(authorization: ReadAuthorization, read: Read): Promise<Row[]> {
    let found: QueryResultRow[] = [];
    await authorization.settle(() =>
      this.lent(async (connection) => {
        const [answer, rows] = await connection.readBoth([authorization.question, read], ANSWER_TYPES);
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
