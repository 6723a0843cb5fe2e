import { actsOn } from '#libs/audit';

export const ROLE = actsOn('role', 'role', ['list', 'read', 'create', 'update', 'remove']);
