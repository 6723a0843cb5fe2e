import { newId, operator } from '#libs/context';
import { Invitations } from '#libs/tenants';
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
    new_password: 'another password for tests',
    addresses: 'nobody',
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
    Passwords_change: async () => ({ fields: { current_password: PASSWORD } }),
    Passwords_complete: async ({ world }, { email }) => {
      await world.nobody.post('/v1/password-resets', { email });
      return { fields: { token: await world.codeMailedTo(email) } };
    },
    Invitations_create: async () => ({ fields: { email: freshAddress() } }),
    Invitations_createMany: async () => ({ fields: { addresses: freshAddress() } }),
    InvitationAcceptance_look: (world, { email }) => invitationTo(world, email),
    InvitationAcceptance_accept: (world, { email }) => invitationTo(world, email),
    InvitationAcceptance_acceptAsNew: (world) => invitationTo(world, freshAddress()),
    SignUps_complete: async ({ world }) => {
      const email = freshAddress();
      await world.nobody.post('/v1/sign-ups', { email });
      return { fields: { token: await world.codeMailedTo(email) } };
    },
    BrowserSessions_current: cookieOf,
    BrowserSessions_openTab: cookieOf,
    BrowserSessions_signOut: cookieOf,
  },
};

function freshAddress(): string {
  return `somebody.${newId()}@example.com`;
}

/** An invitation into an account where nobody else of the proof is. */
async function invitationTo({ world, umbrella }: ProofWorld, email: string): Promise<Given> {
  await world.contexts.runAs({ actor: operator('isolation proof'), account: umbrella.place }, () =>
    world.app.get(Invitations).invite({ email, role: 'viewer' }),
  );
  return { fields: { token: await world.codeMailedTo(email) } };
}

/** A browser of a person's, signed in. */
async function cookieOf({ world }: ProofWorld, { email }: Person): Promise<Given> {
  const { body, headers } = await world.nobody.post('/v1/browser-sessions', { email, password: PASSWORD });
  const [cookie = ''] = headers['set-cookie'] ?? [];
  return { headers: { cookie: cookie.split(';')[0] ?? '', 'x-csrf-token': body.csrf_token } };
}
