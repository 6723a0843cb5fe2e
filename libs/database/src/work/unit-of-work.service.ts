import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Optional } from '@nestjs/common';
import { type Authority, ContextMissingError, ContextStore, type RequestContext } from '#libs/context';
import type { EntityManager } from 'typeorm';
import { Cells } from '../cells/cells.service.js';
import { isRetriable, translateDatabaseError } from '../sqlstate.errors.js';
import { AuthorityCheck } from './authority-check.port.js';
import { deferredAuthorityOf } from './deferred-authority.js';
import { EntryMissingError, UnitOfWorkMissingError } from './work.errors.js';

/** The statements of one command: one transaction, one context, its audit entries inside it. */
export class Unit {
  /** Audit entries written so far; a unit without one does not commit. */
  entries = 0;
  /** Done once the transaction is committed; what fails in it does not undo anything. */
  readonly afterCommit: (() => void)[] = [];
  /** Set where the command found that there was nothing to do. */
  idle = false;

  constructor(
    readonly context: RequestContext,
    readonly manager: EntityManager,
    private readonly locked: Authority | undefined,
    /** Whether it holds a whole request, whose commands join it. */
    readonly isAround: boolean,
  ) {}

  /**
   * The member's authority, read under lock when the unit began: what the guard saw may be of the past by now.
   *
   * @throws {ContextMissingError} in a unit that is no member's.
   */
  get authority(): Authority {
    if (!this.locked) throw new ContextMissingError('A command of a member');
    return this.locked;
  }

  /** Whether a member acts, and not a job or the operator. */
  get isMembers(): boolean {
    return this.locked !== undefined;
  }

  /**
   * Takes a lock of the account's own until the unit ends. Waiters queue: shared ones do not overtake one that waits to have
   * it alone, as they would on a row.
   *
   * @param name what is locked, for example `person:<user id>`.
   */
  async lock(name: string, mode: 'shared' | 'alone'): Promise<void> {
    await takeLock(this.manager, this.context, name, mode);
  }

  /** Says that the command changed nothing, so that there is nothing to record. */
  nothingHappened(): void {
    this.idle = true;
  }
}

/** Name of the lock that a person's commands share, and that whoever changes their membership or sessions has alone. */
export function personLock(userId: string): string {
  return `person:${userId}`;
}

/**
 * Makes the key of every lock that the application waits for: the account is in each, so that accounts do not wait for each
 * other. The trigger that keeps an owner, and the statement that forgets old answers, make their own, in SQL, with the account
 * as well.
 */
async function takeLock(
  manager: EntityManager,
  context: RequestContext,
  name: string,
  mode: 'shared' | 'alone',
): Promise<void> {
  const key = `${context.account?.id}:${name}`;
  await manager.query(
    mode === 'shared'
      ? 'select pg_advisory_xact_lock_shared(hashtextextended($1, 0))'
      : 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
    [key],
  );
}

const units = new AsyncLocalStorage<Unit>();
const ATTEMPTS = 3;

/** Runs commands, each in a transaction of its own, in the context of the request. */
@Injectable()
export class UnitOfWork {
  constructor(
    private readonly contexts: ContextStore,
    private readonly cells: Cells,
    @Optional() private readonly authority?: AuthorityCheck,
  ) {}

  /**
   * Runs a command and commits it. A deadlock or a serialization failure runs it again, three times at most, so `work`
   * must not change anything outside the database.
   *
   * @param authorise stands in for {@link AuthorityCheck} where a person has no session in the account yet: it must lock
   * the rows that allow the command.
   * @throws {EntryMissingError} where `work` recorded no audit entry; nothing is saved.
   */
  run<T>(work: () => Promise<T>, authorise?: (manager: EntityManager) => Promise<void>): Promise<T> {
    const running = units.getStore();
    if (!running) return this.begin(work, authorise, false);
    // the unit around a request has checked the same authority for the same context
    if (running.isAround && running.context === this.contexts.current() && !authorise) return this.join(running, work);
    throw new UnitOfWorkMissingError('A unit of work is running already; commands do not nest.');
  }

  /**
   * Runs a whole request as one unit of work, which the commands in it join: what it reads for its answer is of the same
   * transaction, and commits or fails with it. Otherwise as {@link run}.
   */
  around<T>(work: () => Promise<T>): Promise<T> {
    if (units.getStore()) throw new UnitOfWorkMissingError('A unit of work is running already; commands do not nest.');
    return this.begin(work, undefined, true);
  }

  private async join<T>(unit: Unit, work: () => Promise<T>): Promise<T> {
    const before = unit.entries;
    const result = await work();
    if (unit.entries === before && !unit.idle) throw new EntryMissingError();
    return result;
  }

  private async begin<T>(
    work: () => Promise<T>,
    authorise: ((manager: EntityManager) => Promise<void>) | undefined,
    around: boolean,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.attempt(work, authorise, around);
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

  private async attempt<T>(
    work: () => Promise<T>,
    authorise: ((manager: EntityManager) => Promise<void>) | undefined,
    around: boolean,
  ): Promise<T> {
    const context = this.contexts.require('A unit of work');
    if (deferredAuthorityOf(context))
      throw new UnitOfWorkMissingError('An endpoint that is authorised with its first read changes nothing.');
    const runner = this.cells.current().dataSource.createQueryRunner();
    try {
      await runner.startTransaction();
      const authority = authorise
        ? await authorise(runner.manager).then(() => undefined)
        : await this.authorityOf(context, runner.manager);
      const unit = new Unit(context, runner.manager, authority, around);
      const result = await units.run(unit, work);
      // around a request, each of its commands has been asked; a request may have none
      if (!around && unit.entries === 0 && !unit.idle) throw new EntryMissingError();
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

  private async authorityOf(context: RequestContext, manager: EntityManager): Promise<Authority | undefined> {
    if (context.actor.kind !== 'user') return undefined;
    if (!this.authority) throw new ContextMissingError('A unit of work for a person, without AuthorityCheck bound,');
    // before any row: whoever removes or demotes this person takes the lock alone, and is not overtaken for ever
    await takeLock(manager, context, personLock(context.userId ?? ''), 'shared');
    return this.authority.authorise(context, manager);
  }
}
