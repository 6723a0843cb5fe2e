import type { Demand } from '#libs/context';
import type { EndpointOptions } from '#libs/http';

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** The parts of a request that its demand depends on. */
export interface DemandingRequest {
  readonly method: string;
  /** The workspace in the path, well-formed; undefined where the path has none. */
  readonly asked: string | undefined;
  /** The workspace that the token has entered; undefined for none. */
  readonly entered: string | undefined;
}

/** Returns the demand of a request to an endpoint. A workspace in the path takes precedence over the one that was entered. */
export function demandOf(endpoint: EndpointOptions, { method, asked, entered }: DemandingRequest): Demand {
  // no role has the empty permission: an endpoint without one is refused
  const { scope, permission = '', archivedAllowed = false, whileReadOnly = false, locks } = endpoint;
  if (scope === 'public' || scope === 'user') return { scope: 'user' };
  return {
    scope,
    permission,
    workspaceId: asked ?? (scope === 'workspace' ? entered : undefined),
    enteredWorkspaceId: entered,
    archivedAllowed,
    changesAccount: !whileReadOnly && !READING.has(method),
    ...(locks && { locks }),
  };
}
