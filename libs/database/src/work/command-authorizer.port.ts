import type { Access, Demand, RequestContext } from '#libs/context';
import type { Read } from '../gate/tenant-connection.js';

/** A demand that a command makes beyond its request's, about the same workspace. */
export type FurtherDemand = Pick<
  Demand,
  'permission' | 'gives' | 'changesRole' | 'freshProof' | 'secondFactor' | 'action'
>;

/** The authorization of one command. */
export interface Authorization {
  /** Read under lock: it stays true until the transaction ends. */
  readonly access: Access;
  /** Decides on a further demand. @throws the refusal */
  demand(demand: FurtherDemand): void;
}

/**
 * Decides at the beginning of a command whether its actor may still do it: a removal or demotion committed between the guard and the
 * command counts. Bound by `libs/access`; knows roles, which this library must not.
 */
export abstract class CommandAuthorizer {
  /**
   * Locks the rows that the access depends on, reads them, and decides on the demand of the context.
   *
   * @param query sends a statement in the transaction of the command and returns its rows.
   * @throws the refusal
   */
  abstract authorize(
    context: RequestContext,
    query: (read: Read) => Promise<readonly unknown[]>,
  ): Promise<Authorization>;
}
