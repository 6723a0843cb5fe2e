import type { RequestContext } from '#libs/context';

/** Decides again whether the actor of a request that goes on may still do it. Bound by `libs/access`. */
export abstract class StreamAuthorizer {
  /**
   * Looks up session, membership, workspace and permission, and decides on the demand of the context.
   *
   * @throws what a request would be refused with now.
   */
  abstract assertStill(context: RequestContext): Promise<void>;
}
