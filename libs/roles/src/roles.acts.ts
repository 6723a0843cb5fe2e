import { actsOn } from '#libs/audit';

/** Acts on a custom role. */
export const ROLE = actsOn('role', 'role', ['list', 'read', 'create', 'update', 'remove']);
