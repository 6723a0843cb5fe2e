import { Purchases } from '#libs/billing';
import { newId, operator } from '#libs/context';
import { givenRole } from '#libs/roles';
import { Invitations } from '#libs/tenants';
import { SoftAuthenticator } from '../soft-authenticator.js';
import { paddleWebhook, stripeWebhook } from '../webhook-samples.js';
import { PASSWORD } from '../world.js';
import type { Given, Meanings } from './calls.js';
import type { Person, ProofWorld, Stage } from './proof-world.js';

/** What Bulkhead's own operations mean beyond their description. */
export const MEANINGS: Meanings = {
  tables: {
    resource: 'documents',
    actor_member: 'members',
    on_behalf_of_member: 'members',
    in_workspace: 'workspaces',
  },
  fields: {
    q: 'canary',
    color: '#1db954',
    source_url: 'https://example.com/plan',
    time_zone: 'Europe/Dublin',
    new_password: 'another password for tests',
    addresses: 'nobody',
    passwords: 'allowed',
    challenge: 'none',
    role: 'custom',
    response: {},
    // of a page that explains it
    problem: 'not_found',
  },
  alone: { role: 'viewer' },
  filters: { until: () => new Date().toISOString() },
  after: {
    'datasets.restore': 'datasets.delete',
    'documents.restore': 'documents.delete',
    'workspaces.restore': 'workspaces.archive',
  },
  etagFrom: { 'account.update': 'account.show' },
  given: {
    'subscription.createCheckout': async (world, _, stage) => {
      await neverBought(world, stage);
      return { fields: { plan: 'enterprise', seats: await seatsFor(world, stage), email: freshAddress() } };
    },
    'subscription.preview': async (world, _, stage) => {
      await boughtIn(world, stage);
      return {};
    },
    'subscription.change': async (world, _, stage) => {
      const seats = await boughtIn(world, stage);
      return { fields: { plan: 'enterprise', seats: seats + 1 } };
    },
    'subscription.cancel': async (world, _, stage) => {
      await boughtIn(world, stage);
      return {};
    },
    'subscription.resume': async (world, _, stage) => {
      await boughtIn(world, stage, true);
      return {};
    },
    'subscription.portal': async (world, _, stage) => {
      await boughtIn(world, stage);
      return {};
    },
    'invoices.document': async (world, _, stage) => billedIn(world, stage),
    'webhooks.paddle': async () => paddleWebhook(),
    'webhooks.stripe': async () => stripeWebhook(),
    'sessions.refresh': async ({ world }, { email }, { account, workspace }) => {
      const { body } = await world.nobody.post('/v1/sessions', { email, password: PASSWORD });
      // what is renewed is a place
      await (await world.as(body.access_token).enterAccount(account.id)).enterWorkspace(workspace.id);
      return { fields: { refresh_token: body.refresh_token } };
    },
    'passwords.prove': async () => ({ fields: { current_password: PASSWORD } }),
    'passwords.change': async () => ({ fields: { current_password: PASSWORD } }),
    'passwords.complete': async ({ world }, { email }) => {
      await world.nobody.post('/v1/password-resets', { email });
      return { fields: { token: await world.codeMailedTo(email) } };
    },
    // the seed has said otherwise
    'auditRetention.update': async () => ({ fields: { category: 'content', days: 365 } }),
    'auditEntries.follow': async () => ({ headers: FROM_THE_BEGINNING }),
    'workspaceAuditEntries.follow': async () => ({ headers: FROM_THE_BEGINNING }),
    // a name is taken once in an account
    'customRoles.update': async () => ({ fields: { name: `Role ${newId()}` } }),
    'customRoles.create': async () => ({ fields: { name: `Role ${newId()}` } }),
    'invitations.create': async () => ({ fields: { email: freshAddress() } }),
    'invitations.createMany': async () => ({ fields: { addresses: freshAddress() } }),
    'invitationAcceptance.look': (world, { email }) => invitationTo(world, email),
    'invitationAcceptance.accept': (world, { email }) => invitationTo(world, email),
    'invitationAcceptance.acceptAsNew': (world) => invitationTo(world, freshAddress()),
    'signUps.complete': async ({ world }) => {
      const email = freshAddress();
      await world.nobody.post('/v1/sign-ups', { email });
      return { fields: { token: await world.codeMailedTo(email) } };
    },
    'factors.confirm': async ({ world }, { token, email }) => {
      await world.as(token).post('/v1/me/second-factor/email');
      return { fields: { code: await world.codeMailedTo(email) } };
    },
    'factors.makeRecoveryCodes': async (world, person) => ({ token: (await withPasskey(world, person)).token }),
    'factors.prove': async (world, person) => {
      const [code] = (await withPasskey(world, person)).recoveryCodes;
      return { fields: { method: 'recovery_code', code } };
    },
    'factors.addPasskey': async ({ world }, { token }) => {
      const { body } = await world.as(token).post('/v1/me/factors/passkey/options');
      return signed(body.challenge_id, new SoftAuthenticator().create(body.options));
    },
    'factors.proveByPasskey': async (world, person) => {
      const { device } = await withPasskey(world, person);
      const { body } = await world.world.as(person.token).post('/v1/me/second-factor/passkey/options');
      return signed(body.challenge_id, device.get(body.options));
    },
    'passkeySignIns.signIn': async (world, person) => {
      const { device } = await withPasskey(world, person);
      const { body } = await world.world.nobody.post('/v1/passkey-sign-ins/options');
      return signed(body.challenge_id, device.get(body.options));
    },
    'passwords.remove': async (world, person) => ({ token: (await withPasskey(world, person)).token }),
    'browserSessions.current': async (world, person) => {
      const { headers } = await cookieOf(world, person);
      return { headers: { cookie: headers['cookie'] } };
    },
    'browserSessions.openTab': cookieOf,
    'browserSessions.signOut': cookieOf,
  },
};

/** Seats beyond the members that there are, for those who are added before they are counted again. */
const SPARE_SEATS = 20;

/** Takes back what an account of a stage has bought. */
async function neverBought({ world }: ProofWorld, { account }: Stage): Promise<void> {
  // from the plan below to the largest one, so that something is promised on the way
  for (const plan of ['professional', 'enterprise']) await account.grant(plan);
  await world.settle();
}

/** More seats than the account of a stage has members. */
async function seatsFor({ past }: ProofWorld, { account }: Stage): Promise<number> {
  const text = 'select count(*)::int as members from members where account_id = $1';
  const [row] = await past.rows<{ members: number }>(account.place.cell, text, [account.id]);
  return (row?.members ?? 0) + SPARE_SEATS;
}

/**
 * Has the account of a stage buy a plan.
 *
 * @param cancelled whether it is to end with what is paid for. Default false.
 * @returns the seats bought
 */
export async function boughtIn(proof: ProofWorld, stage: Stage, cancelled = false): Promise<number> {
  await neverBought(proof, stage);
  const seats = await seatsFor(proof, stage);
  const { world } = proof;
  const { merchant } = world.payments.server;
  const checkout = await world.contexts.runAs(
    { actor: operator('isolation proof', 'any'), account: stage.account.place },
    () => world.app.get(Purchases).checkOut({ plan: 'enterprise', seats, email: freshAddress() }),
  );
  await world.settle();
  const [row] = await proof.past.rows<{ reference: string }>(
    stage.account.place.cell,
    'select c.reference from checkouts c where c.account_id = $1 and c.id = $2',
    [stage.account.id, checkout],
  );
  const { id } = merchant.pay(row?.reference ?? '');
  if (cancelled) merchant.cancelAtEnd(id, true);
  await world.settle();
  return seats;
}

/** Has the provider know of the invoice that a stage shows. */
async function billedIn({ world, past }: ProofWorld, { account, id }: Stage): Promise<Given> {
  const [row] = await past.rows<{ reference: string }>(
    account.place.cell,
    'select i.reference from invoices i where i.account_id = $1 and i.id = $2',
    [account.id, id('invoices')],
  );
  const { books } = world.payments.server.merchant;
  const at = new Date().toISOString();
  const reference = row?.reference ?? '';
  const of = { number: '', subscription: '', customer: '', price: '', quantity: 1, amount: 1, currency: 'USD' };
  books.bills.push({ id: reference, ...of, status: 'paid', createdAt: at, updatedAt: at });
  return {};
}

/** Tells a stream to begin with what is there. */
const FROM_THE_BEGINNING = { 'last-event-id': '00000000-0000-7000-8000-000000000000' };

function signed(challenge: string, response: object): Given {
  return { fields: { challenge, response } };
}

/** Gives a person a passkey, and what came with it. */
async function withPasskey({ world }: ProofWorld, { token }: Person) {
  const device = new SoftAuthenticator();
  const client = world.as(token);
  const { body } = await client.post('/v1/me/factors/passkey/options');
  const added = await client.post('/v1/me/factors/passkey', {
    challenge: body.challenge_id,
    name: 'Device',
    response: device.create(body.options),
  });
  return { device, token: added.body.access_token as string, recoveryCodes: added.body.recovery_codes as string[] };
}

function freshAddress(): string {
  return `somebody.${newId()}@example.com`;
}

/** An invitation into an account where nobody else of the proof is. */
async function invitationTo({ world, umbrella }: ProofWorld, email: string): Promise<Given> {
  await world.contexts.runAs({ actor: operator('isolation proof', 'any'), account: umbrella.place }, () =>
    world.app.get(Invitations).invite({ email, given: givenRole({ role: 'viewer' }) }),
  );
  return { fields: { token: await world.codeMailedTo(email) } };
}

/** A browser of a person's, signed in. */
async function cookieOf({ world }: ProofWorld, { email }: Person) {
  const { body, headers } = await world.nobody.post('/v1/browser-sessions', { email, password: PASSWORD });
  const [cookie = ''] = headers['set-cookie'] ?? [];
  return { headers: { cookie: cookie.split(';')[0] ?? '', 'x-csrf-token': body.csrf_token as string } };
}
