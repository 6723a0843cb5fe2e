import type { Authority, RequestContext } from '#libs/context';
import type { EntityManager } from 'typeorm';

/**
 * Re-reads, under `for share`, the rows that allowed a person to act, as the first statement of a unit of work: a removal
 * or demotion committed between the guard and the command still counts. Bound by `libs/roles`; knows roles, which this
 * library must not.
 */
export abstract class AuthorityCheck {
  /** The authority as it is now; throws what the guard would have thrown, had it seen these rows. */
  abstract authorise(context: RequestContext, manager: EntityManager): Promise<Authority>;
}
