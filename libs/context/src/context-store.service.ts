import { Injectable } from '@nestjs/common';
import { ClsService, ClsServiceManager } from 'nestjs-cls';
import type { UserActor } from './actors/user.js';
import { ContextMissingError } from './context.errors.js';
import { type AccountPlace, type ContextInput, RequestContext } from './request-context.js';

const KEY = Symbol('request context');
const TALLY = Symbol('what a request has left in the trail');

/** Counts the entries that a request has left in a trail, whatever contexts it went through. */
interface Tally {
  entries: number;
}

/**
 * The one place that knows the current request context. It rides on AsyncLocalStorage through nestjs-cls; a request
 * gets its store from the edge (`run`, never `enterWith`, which leaks between interleaved requests).
 */
@Injectable()
export class ContextStore {
  private readonly cls: ClsService = ClsServiceManager.getClsService();

  /**
   * The current context.
   *
   * @throws {ContextMissingError} where there is none.
   */
  require(what = 'This code'): RequestContext {
    const context = this.current();
    if (!context) throw new ContextMissingError(what);
    return context;
  }

  /**
   * The account of the current context.
   *
   * @throws {ContextMissingError} where there is no context or no account in it.
   */
  requireAccount(what = 'This code'): AccountPlace {
    return this.require(what).requireAccount(what);
  }

  /**
   * The person who acts in the current context.
   *
   * @throws {ContextMissingError} where there is no context, or no person acts in it.
   */
  requireUser(what = 'This code'): UserActor {
    return this.require(what).requireUser(what);
  }

  /** The current context, or undefined; for logging and for checks, never for deciding what may be seen. */
  current(): RequestContext | undefined {
    return this.cls.isActive() ? this.cls.get(KEY) : undefined;
  }

  /** Runs `work` in a context of its own and returns what it returns; the context outside is untouched. */
  runAs<T>(input: ContextInput | RequestContext, work: () => Promise<T>): Promise<T> {
    const context = input instanceof RequestContext ? input : new RequestContext(input);
    return this.cls.runWith({ [KEY]: context, [TALLY]: this.tally() }, work);
  }

  /** Opens a store without context for one request; the guard that authorizes the request fills it once. */
  open<T>(work: () => T): T {
    return this.cls.runWith({ [TALLY]: { entries: 0 } satisfies Tally }, work);
  }

  /** Notes that an entry of the request was written; of no effect outside a request. */
  noteEntry(): void {
    const tally = this.tally();
    if (tally) tally.entries += 1;
  }

  /** How many entries the request has left so far; 0 outside one. */
  get entriesNoted(): number {
    return this.tally()?.entries ?? 0;
  }

  private tally(): Tally | undefined {
    return this.cls.isActive() ? this.cls.get(TALLY) : undefined;
  }

  /**
   * Sets the context of the request whose store is open.
   *
   * @throws {Error} where it is already set: a request acts for one account, from beginning to end.
   */
  establish(context: RequestContext): void {
    if (this.current())
      throw new Error('The context of a request is set once. Use runAs() for work on behalf of another.');
    this.cls.set(KEY, context);
  }
}
