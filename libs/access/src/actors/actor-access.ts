import type { Access, Actor, ActorOf, Demand } from '#libs/context';
import { trustedAccess } from './trusted-access.js';
import { userAccess } from './user-access.js';

/** A function of the database's schema `app`, and what it is called with. */
export interface AccessCall {
  readonly name: string;
  readonly values: readonly unknown[];
}

/** How the access of an actor is looked up in its account. */
export interface AccessQuestion {
  /** Reads it as it is now. */
  readonly read: AccessCall;
  /** Locks the rows that decide it until the transaction ends, and reads it then. */
  readonly lock: AccessCall;
  /** What the rows of either call say. */
  accessIn(rows: readonly unknown[]): Access;
}

/** What a kind of actor may do: found without asking, or to be asked of the database. */
export type AccessOf<A extends Actor> = (actor: A, demand: Demand) => Access | AccessQuestion;

const ACCESS: { readonly [Kind in Actor['kind']]: AccessOf<ActorOf<Kind>> } = {
  user: userAccess,
  job: trustedAccess,
  operator: trustedAccess,
};

/** How to find what an actor may do. An actor of a kind that the table does not have may do nothing. */
export function accessOf(actor: Actor, demand: Demand): Access | AccessQuestion {
  const of = ACCESS[actor.kind] as AccessOf<Actor> | undefined;
  return of?.(actor, demand) ?? { kind: 'none' };
}

/** Whether the database has to be asked. */
export function isQuestion(found: Access | AccessQuestion): found is AccessQuestion {
  return 'accessIn' in found;
}
