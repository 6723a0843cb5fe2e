import type { ActorTraits } from './actor-traits.js';
import { type JobActor, type OperatorActor, trustedTraits } from './trusted.js';
import { type UserActor, userTraits } from './user.js';

/**
 * Who acts. A closed union: a new kind is a file in this folder, one in `libs/access/src/actors` that says what it may do, and a line
 * in each of the two tables, which the compiler asks for.
 */
export type Actor = UserActor | JobActor | OperatorActor;

/** One of the kinds of actors. */
export type ActorOf<Kind extends Actor['kind']> = Extract<Actor, { readonly kind: Kind }>;

const TRAITS: { readonly [Kind in Actor['kind']]: (actor: ActorOf<Kind>) => ActorTraits } = {
  user: userTraits,
  job: trustedTraits,
  operator: trustedTraits,
};

const NOBODY: ActorTraits = { userId: null, accountSessionId: null, name: null, onBehalfOf: null, principal: 'nobody' };

/** What the product needs to know of an actor; of a kind that the table does not have, that it is nobody. */
export function traitsOf(actor: Actor): ActorTraits {
  const traits = TRAITS[actor.kind] as ((actor: Actor) => ActorTraits) | undefined;
  return traits?.(actor) ?? NOBODY;
}
