import { actsOn } from '#libs/audit';

/** Acts on deleted content. */
export const CONTENT = actsOn('content', 'privacy', ['purge']);

/** Acts on a dataset. */
export const DATASET = actsOn('dataset', 'content', ['list', 'read', 'create', 'update', 'delete', 'restore']);

/** Acts on a document. */
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
