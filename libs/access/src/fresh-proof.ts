import type { RequestContext } from '#libs/context';
import { accessOf, isQuestion } from './actors/actor-access.js';
import { assertAllowed } from './decide.js';

/**
 * Wants whoever acts to have proved within ten minutes who they are, for what a stolen session must not be enough for.
 *
 * @param level 2 wants that they did it with a second factor at some time of this sign-in.
 * @throws {StepUpNeededError} saying how (RFC 9470 §3).
 */
export function assertFresh({ actor, access }: RequestContext, level: 1 | 2 = 1): void {
  const found = access ?? accessOf(actor, {});
  assertAllowed(isQuestion(found) ? { kind: 'none' } : found, { freshProof: level });
}
