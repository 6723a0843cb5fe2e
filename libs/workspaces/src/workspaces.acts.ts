import { actsOn } from '#libs/audit';

export const WORKSPACE = {
  ...actsOn('workspace', 'workspace', ['list', 'read', 'create', 'update', 'archive', 'restore']),
  ...actsOn('workspace', 'session', ['enter']),
};
