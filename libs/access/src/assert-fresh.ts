import type { RequestContext } from '#libs/context';
import { accessOf, isQuestion } from './actors/actor-access.js';
import { assertAllowed } from './decide.js';

/**
 * Requires that the person has authenticated within the last ten minutes: for operations that a stolen session must not suffice for.
 *
 * @param level 2 requires that this sign-in has used a second factor. Default 1.
 * @throws {StepUpNeededError} saying how (RFC 9470 §3).
 */
export function assertFresh({ actor, access }: RequestContext, level: 1 | 2 = 1): void {
  const found = access ?? accessOf(actor, {});
  assertAllowed(isQuestion(found) ? { kind: 'none' } : found, { freshProof: level });
}
