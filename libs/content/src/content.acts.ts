import { actsOn } from '#libs/audit';

export const CONTENT = actsOn('content', 'privacy', ['purge']);
export const DATASET = actsOn('dataset', 'content', ['list', 'read', 'create', 'update', 'delete', 'restore']);
export const DOCUMENT = actsOn('document', 'content', [
  'list',
  'read',
  'search',
  'create',
  'import',
  'update',
  'delete',
  'restore',
]);
