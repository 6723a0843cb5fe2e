import { PASSWORD } from '../world.js';
import type { Given, Meanings } from './calls.js';
import type { Person, ProofWorld } from './proof-world.js';

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
  given: {
    Sessions_refresh: async ({ world }, { email }) => {
      const { body } = await world.nobody.post('/v1/sessions', { email, password: PASSWORD });
      return { fields: { refresh_token: body.refresh_token } };
    },
    BrowserSessions_current: cookieOf,
    BrowserSessions_openTab: cookieOf,
    BrowserSessions_signOut: cookieOf,
  },
};

/** A browser of a person's, signed in. */
async function cookieOf({ world }: ProofWorld, { email }: Person): Promise<Given> {
  const { body, headers } = await world.nobody.post('/v1/browser-sessions', { email, password: PASSWORD });
  const [cookie = ''] = headers['set-cookie'] ?? [];
  return { headers: { cookie: cookie.split(';')[0] ?? '', 'x-csrf-token': body.csrf_token } };
}
