import type { RequestContext } from '#libs/context';
import { StepUpNeededError } from './roles.errors.js';

const FRESH_SECONDS = 600;

/**
 * Wants a person to have proved within ten minutes who they are, for what a stolen session must not be enough for.
 *
 * @param level 2 wants that they did it with a second factor at some time of this sign-in.
 * @throws {StepUpNeededError} saying how (RFC 9470 §3).
 */
export function assertFresh({ actor }: RequestContext, level: 1 | 2 = 1): void {
  if (actor.kind !== 'user') return;
  const { assurance } = actor;
  const age = Date.now() / 1_000 - (assurance?.at ?? 0);
  if (!assurance || age > FRESH_SECONDS || assurance.level < level) throw new StepUpNeededError(level, FRESH_SECONDS);
}
