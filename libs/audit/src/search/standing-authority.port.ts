import type { RequestContext } from '#libs/context';

/** Asks again whether whoever began something that lasts may still do it. Bound by `libs/roles`. */
export abstract class StandingAuthority {
  /**
   * Looks whether session, membership, workspace and permission are still what they were when the context was made.
   *
   * @throws what a request would be refused with now.
   */
  abstract assertStill(context: RequestContext): Promise<void>;
}
