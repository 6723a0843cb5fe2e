import { actsOn } from '#libs/audit';

/** Acts on a workspace. */
export const WORKSPACE = {
  ...actsOn('workspace', 'workspace', ['list', 'read', 'create', 'update', 'archive', 'restore']),
  ...actsOn('workspace', 'session', ['enter']),
};
