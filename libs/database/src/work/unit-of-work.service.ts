import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Optional } from '@nestjs/common';
import { ContextStore, type RequestContext } from '#libs/context';
import type { EntityManager, QueryResult, QueryRunner } from 'typeorm';
import { Cells } from '../cells/cells.service.js';
import { isRetriable, translateDatabaseError } from '../sqlstate.errors.js';
import { type Authorization, CommandAuthorizer, type FurtherDemand } from './command-authorizer.port.js';
import { functionCall } from './function-call.js';
import { readAuthorizationOf } from './read-authorization.js';
import { assertComparesTenant } from './tenant-comparison.js';
import { AuthorizationMissingError, EntryMissingError, UnitOfWorkMissingError } from './work.errors.js';

/** The statements of one command: one transaction, one context, its audit entries inside it. */
export class Unit {
  /** Audit entries written so far; a unit without one does not commit. */
  entries = 0;
  /** Done once the transaction is committed; what fails in it does not undo anything. */
  readonly afterCommit: (() => void)[] = [];
  /** Set where the command found that there was nothing to do. */
  idle = false;
  /** Set where the actor is not trusted with an action: the unit does not commit, even if the command goes on. */
  refusal: Error | undefined;

  constructor(
    readonly context: RequestContext,
    private readonly runner: QueryRunner,
    /** Undefined where the command runs without authorization. */
    private readonly authorization: Authorization | undefined,
    /** Whether it holds a whole request, whose commands join it. */
    readonly isAround: boolean,
  ) {}

  /** For the repositories of this library. Other code uses {@link inAccount}, {@link inWorkspace} and {@link call}. */
  get manager(): EntityManager {
    return this.runner.manager;
  }

  /** The member who acts; null for jobs, the operator, and a command that runs without authorization. */
  get memberId(): string | null {
    const access = this.authorization?.access;
    return access?.kind === 'member' ? access.memberId : null;
  }

  /** The member who acts. @throws {AuthorizationMissingError} in a command that is no member's */
  requireMemberId(): string {
    if (!this.memberId)
      throw new AuthorizationMissingError(
        'No member acts in this command. Call requireMemberId() in commands of members only.',
      );
    return this.memberId;
  }

  /**
   * Decides on a further demand, on the access that was read under lock when the unit began.
   *
   * @throws the refusal. @throws {AuthorizationMissingError} in a command that runs without authorization
   */
  demand(demand: FurtherDemand): void {
    if (!this.authorization)
      throw new AuthorizationMissingError(
        'This command runs without authorization. Use UnitOfWork.run() to decide on further demands.',
      );
    this.authorization.demand(demand);
  }

  /** Counts one audit entry. @throws {InternalError} where the actor is not trusted with its action; the unit does not commit then */
  noteEntry(action: string): void {
    try {
      this.authorization?.demand({ action });
    } catch (error) {
      this.refusal = error as Error;
      throw error;
    }
    this.entries += 1;
  }

  /** Sends a statement on account tables. `$1` is the account and must be compared as `account_id = $1`; `values` begin at `$2`. */
  inAccount<Row>(text: string, ...values: readonly unknown[]): Promise<Row[]> {
    assertComparesTenant(text, 'account_id = $1');
    return this.send(text, [this.context.requireAccount('A statement').id, ...values]);
  }

  /** Sends a statement on workspace tables. `$1` is the account, `$2` the workspace; both must be compared; `values` begin at `$3`. */
  inWorkspace<Row>(text: string, ...values: readonly unknown[]): Promise<Row[]> {
    assertComparesTenant(text, 'account_id = $1', 'workspace_id = $2');
    const { id } = this.context.requireAccount('A statement');
    return this.send(text, [id, this.context.requireWorkspaceId('A statement'), ...values]);
  }

  /** Calls a function of the schema `app`, whose account is the verified context's, and returns its rows. */
  call<Row>(name: string, ...values: readonly unknown[]): Promise<Row[]> {
    const { text, values: parameters } = functionCall(name, values);
    return this.send(text, parameters);
  }

  /**
   * Takes a lock of the account's own until the unit ends. Waiters queue: shared ones do not overtake one that waits to have
   * it alone, as they would on a row. The account is in the key of each, so that accounts do not wait for each other.
   *
   * @param name what is locked, for example `person:<user id>`.
   */
  async lock(name: string, mode: 'shared' | 'alone'): Promise<void> {
    await this.send(
      mode === 'shared'
        ? 'select pg_advisory_xact_lock_shared(hashtextextended($1, 0))'
        : 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
      [`${this.context.requireAccount('A lock').id}:${name}`],
    );
  }

  /** Says that the command changed nothing, so that there is nothing to record. */
  nothingHappened(): void {
    this.idle = true;
  }

  private async send<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return (await sent<Row>(this.runner, text, values)).records;
  }
}

/** Sends a statement with the result in one form, whatever its verb. */
function sent<Row>(
  runner: QueryRunner,
  text: string,
  values: readonly unknown[],
): Promise<QueryResult<Row> & { records: Row[] }> {
  return runner.query(text, [...values], true) as Promise<QueryResult<Row> & { records: Row[] }>;
}

/**
 * Returns the name of the lock that a person's commands share, and that a change of their membership or sessions takes alone.
 * `app.lock_member_access` makes the same key in SQL: change both.
 */
export function personLock(userId: string): string {
  return `person:${userId}`;
}

const units = new AsyncLocalStorage<Unit>();
const ATTEMPTS = 3;

/** Runs commands, each in a transaction of its own, in the context of the request. */
@Injectable()
export class UnitOfWork {
  constructor(
    private readonly contexts: ContextStore,
    private readonly cells: Cells,
    @Optional() private readonly authorizer?: CommandAuthorizer,
  ) {}

  /**
   * Runs a command and commits it, where its actor may do it. A deadlock or a serialization failure runs it again, three times at most,
   * so `work` must not change anything outside the database.
   *
   * @throws the refusal, where the actor may not, or may not any more; `work` has not run then.
   * @throws {EntryMissingError} where `work` recorded no audit entry; nothing is saved.
   */
  run<T>(work: () => Promise<T>): Promise<T> {
    const running = units.getStore();
    if (!running) return this.begin(work, { isAround: false });
    // the unit around a request has authorized the same context
    if (running.isAround && running.context === this.contexts.current()) return this.join(running, work);
    throw new UnitOfWorkMissingError('A unit of work is running already; commands do not nest.');
  }

  /**
   * Runs a command of a person who needs no access in the account. Otherwise as {@link run}.
   *
   * @param reason why it needs none; `libs/testing/test/source.spec.ts` lists every reason.
   * @throws {AuthorizationMissingError} where no person acts: jobs and the operator have their lists.
   */
  runWithoutAuthorization<T>(reason: string, work: () => Promise<T>): Promise<T> {
    if (units.getStore()) throw new UnitOfWorkMissingError('A unit of work is running already; commands do not nest.');
    return this.begin(work, { isAround: false, withoutAuthorization: reason });
  }

  /**
   * Runs a whole request as one unit of work, which the commands in it join: what it reads for its answer is of the same
   * transaction, and commits or fails with it. Otherwise as {@link run}.
   */
  around<T>(work: () => Promise<T>): Promise<T> {
    if (units.getStore()) throw new UnitOfWorkMissingError('A unit of work is running already; commands do not nest.');
    return this.begin(work, { isAround: true });
  }

  private async join<T>(unit: Unit, work: () => Promise<T>): Promise<T> {
    const before = unit.entries;
    const result = await work();
    if (unit.entries === before && !unit.idle) throw new EntryMissingError();
    return result;
  }

  private async begin<T>(work: () => Promise<T>, options: UnitOptions): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.attempt(work, options);
      } catch (error) {
        if (attempt === ATTEMPTS || !isRetriable(error)) throw translateDatabaseError(error);
        // those who ran into each other begin again at different times
        await sleep(Math.random() * 50 * attempt);
      }
    }
  }

  /**
   * The unit of work that is running.
   *
   * @throws {UnitOfWorkMissingError} where none is, or where it belongs to another context.
   */
  require(): Unit {
    const unit = units.getStore();
    if (!unit) throw new UnitOfWorkMissingError();
    if (unit.context !== this.contexts.current()) {
      throw new UnitOfWorkMissingError('This unit of work belongs to another context. Begin one inside runAs().');
    }
    return unit;
  }

  /** The unit of work that is running in the current context; undefined outside one. */
  current(): Unit | undefined {
    return units.getStore() && this.require();
  }

  private async attempt<T>(work: () => Promise<T>, { isAround, withoutAuthorization }: UnitOptions): Promise<T> {
    const context = this.contexts.require('A unit of work');
    if (readAuthorizationOf(context))
      throw new UnitOfWorkMissingError('An endpoint that is authorized with its first read changes nothing.');
    if (withoutAuthorization !== undefined && context.userId === null)
      throw new AuthorizationMissingError('Only a person runs a command without authorization. Use UnitOfWork.run().');
    const runner = this.cells.current().dataSource.createQueryRunner();
    try {
      await runner.startTransaction();
      const authorization = withoutAuthorization === undefined ? await this.authorize(context, runner) : undefined;
      const unit = new Unit(context, runner, authorization, isAround);
      const result = await units.run(unit, work);
      if (unit.refusal) throw unit.refusal;
      // around a request, each of its commands has been asked; a request may have none
      if (!isAround && unit.entries === 0 && !unit.idle) throw new EntryMissingError();
      await runner.commitTransaction();
      for (const done of unit.afterCommit) done();
      return result;
    } catch (error) {
      // a failed rollback closes the connection, which ends the transaction as well; the first error is the one to tell
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }

  private authorize(context: RequestContext, runner: QueryRunner): Promise<Authorization> {
    if (!this.authorizer) throw new AuthorizationMissingError('No CommandAuthorizer is bound. Import AccessModule.');
    return this.authorizer.authorize(context, async ({ text, values }) => (await sent(runner, text, values)).records);
  }
}

interface UnitOptions {
  readonly isAround: boolean;
  /** Why nobody has to be allowed to do it; undefined where somebody has to. */
  readonly withoutAuthorization?: string;
}
