import type { Meanings } from './calls.js';

/** What Bulkhead's own operations mean beyond their description. */
export const MEANINGS: Meanings = {
  fields: {
    q: 'canary',
    color: '#1db954',
    source_url: 'https://example.com/plan',
    time_zone: 'Europe/Dublin',
  },
  after: {
    Datasets_restore: 'Datasets_delete',
    Documents_restore: 'Documents_delete',
    Workspaces_restore: 'Workspaces_archive',
  },
  etagFrom: { Account_update: 'Account_show' },
};
