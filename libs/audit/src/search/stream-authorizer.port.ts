import type { RequestContext } from '#libs/context';

/** Decides whether a streaming request may continue. Bound by `libs/access`. */
export abstract class StreamAuthorizer {
  /**
   * Looks up session, membership, workspace and permission, and decides on the demand of the context.
   *
   * @throws what a request would be refused with now.
   */
  abstract assertStillAllowed(context: RequestContext): Promise<void>;
}
