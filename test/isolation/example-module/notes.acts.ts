import { actsOn } from '#libs/audit';

/** Acts on notes. */
export const NOTE = actsOn('note', 'content', ['list', 'read', 'create', 'update', 'delete']);
