import { actsOn } from '#libs/audit';

export const NOTE = actsOn('note', 'content', ['list', 'read', 'read', 'create', 'update', 'delete']);
