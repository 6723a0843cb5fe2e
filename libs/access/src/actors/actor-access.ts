import type { Access, Actor, ActorOf, Demand } from '#libs/context';
import type { AccessQuestion } from './access-question.js';
import { trustedAccess } from './trusted-access.js';
import { userAccess } from './user-access.js';

/** Finds the access of one kind of actor, or how to look it up in the database. */
export type AccessOf<A extends Actor> = (actor: A, demand: Demand) => Access | AccessQuestion;

const ACCESS: { readonly [Kind in Actor['kind']]: AccessOf<ActorOf<Kind>> } = {
  user: userAccess,
  job: trustedAccess,
  operator: trustedAccess,
};

/** Returns the access of an actor, or how to look it up. An actor of a kind that the table does not have has no access. */
export function accessOf(actor: Actor, demand: Demand): Access | AccessQuestion {
  const of = ACCESS[actor.kind] as AccessOf<Actor> | undefined;
  return of?.(actor, demand) ?? { kind: 'none' };
}

/** Whether the access has to be looked up in the database. */
export function isQuestion(found: Access | AccessQuestion): found is AccessQuestion {
  return 'accessIn' in found;
}
