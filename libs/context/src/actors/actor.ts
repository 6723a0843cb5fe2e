import type { ActorTraits } from './actor-traits.js';
import { type JobActor, type OperatorActor, trustedTraits } from './trusted.js';
import { type UserActor, userTraits } from './user.js';

/**
 * Who acts: a closed union. To add a kind:
 *
 * 1. its type and traits in a file of this folder, and a line in `TRAITS`;
 * 2. how its access is found in a file of `libs/access/src/actors`, and a line in `ACCESS`;
 * 3. for a new kind of access, a member of `Access` and a case in `libs/access/src/decide.ts`;
 * 4. how a request becomes such an actor: `Principal` and `actorOf` in `libs/access`, which know people only;
 * 5. a migration for the checks on `actor_kind` of `audit_entries`, and `actorKind: 'user'` in `libs/audit/src/entries`.
 *
 * The compiler asks for the lines of 1 and 2 and for the case of 3. Until all are there, the kind may do nothing.
 */
export type Actor = UserActor | JobActor | OperatorActor;

/** One of the kinds of actors. */
export type ActorOf<Kind extends Actor['kind']> = Extract<Actor, { readonly kind: Kind }>;

const TRAITS: { readonly [Kind in Actor['kind']]: (actor: ActorOf<Kind>) => ActorTraits } = {
  user: userTraits,
  job: trustedTraits,
  operator: trustedTraits,
};

const NOBODY: ActorTraits = {
  userId: null,
  accountSessionId: null,
  name: null,
  onBehalfOf: null,
  principal: 'nobody',
  isTrusted: false,
};

/** Returns the traits of an actor; those of nobody for a kind that the table does not have. */
export function traitsOf(actor: Actor): ActorTraits {
  const traits = TRAITS[actor.kind] as ((actor: Actor) => ActorTraits) | undefined;
  return traits?.(actor) ?? NOBODY;
}
