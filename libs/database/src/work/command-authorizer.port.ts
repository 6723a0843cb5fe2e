import type { Access, Demand, RequestContext } from '#libs/context';

/** Calls a function of the database's schema `app`, in the transaction of the command, and returns its rows. */
export type FunctionCall = (name: string, ...values: readonly unknown[]) => Promise<readonly unknown[]>;

/** The authorization of one command. */
export interface Authorization {
  /** Read under lock: it stays true until the transaction ends. */
  readonly access: Access;
  /** Decides on one more demand. @throws the refusal */
  demand(demand: Demand): void;
}

/**
 * Decides at the beginning of a command whether its actor may still do it: a removal or demotion committed between the guard and the
 * command counts. Bound by `libs/access`; knows roles, which this library must not.
 */
export abstract class CommandAuthorizer {
  /**
   * Locks the rows that the access depends on, reads them, and decides on the demand of the context.
   *
   * @throws what the guard would have thrown, had it seen these rows
   */
  abstract authorize(context: RequestContext, call: FunctionCall): Promise<Authorization>;
}
