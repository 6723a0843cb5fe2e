import { asOperator, UnitOfWork } from '#libs/database';
import { job, newId } from '#libs/context';
import { type Client, PASSWORD, SoftAuthenticator, testKey, World, type WorldAccount } from '#libs/testing';
import jwt from 'jsonwebtoken';
import { createApp } from '../apps/api/src/create-app.js';
import { BillingWorld, type Trial } from './billing-world.js';

/** Refusals that single operations declare, where no other test leads to them. */
let billing: BillingWorld;
let world: World;
let acme: WorldAccount;
let owner: Client;

beforeAll(async () => {
  billing = await BillingWorld.open('paddle');
  world = billing.world;
  acme = await world.account('Acme');
  owner = await acme.ownerClient();
});
afterAll(() => billing?.close());
beforeEach(() => acme.grant('enterprise'));

const answer = ({ status, body }: { status: number; body: { code?: string } }) => ({ status, code: body.code });
const inCell = (text: string, values: unknown[] = []) =>
  asOperator(world.databases.adminUrlOf('eu-west-1'), (admin) => admin.query(text, values));
const etagOf = async (path: string, client = owner) => ({
  'If-Match': (await client.get(path).expect(200)).headers['etag'] ?? '',
});

/** Gives the account other limits than its plan has. */
async function limitTo(limits: Readonly<Record<string, number>>): Promise<void> {
  await world.contexts.runAs({ actor: job('test', 'any'), account: acme.place }, () =>
    world.app.get(UnitOfWork).run(async () => {
      const unit = world.app.get(UnitOfWork).require();
      unit.nothingHappened();
      await unit.inAccount('update account_terms set limits = $2 where account_id = $1', limits);
    }),
  );
}

describe('API-18 beyond what its plan holds, an account', () => {
  const full = { status: 409, code: 'limit_reached' };

  test('restores no workspace', async () => {
    const { body } = await owner.post('/v1/account/workspaces', { name: 'Brief' }).expect(201);
    await owner.post(`/v1/account/workspaces/${body.id}/archive`).expect(200);
    await limitTo({ workspaces: 1 });
    expect(answer(await owner.post(`/v1/account/workspaces/${body.id}/restore`))).toEqual(full);
  });

  test('restores no dataset with its documents', async () => {
    const [workspace] = acme.workspaces;
    const inside = await owner.enterWorkspace(workspace?.id ?? '');
    await inside.send('delete', `/v1/datasets/${workspace?.datasetId}`).expect(204);
    await limitTo({ documents: 0 });
    expect(answer(await inside.post(`/v1/datasets/${workspace?.datasetId}/restore`))).toEqual(full);
  });

  test('lets nobody in by an invitation', async () => {
    const { email } = await world.person('Guest');
    await owner.post('/v1/account/invitations', { email, role: 'viewer' }).expect(201);
    const token = await world.codeMailedTo(email);
    await limitTo({ seats: 1 });
    const guest = await world.signIn(email);
    expect(answer(await guest.post('/v1/invitations/accept', { token }))).toEqual(full);
  });
});

describe('API-18 an invitation', () => {
  test('is not accepted into an account that can only be read, by somebody known or new', async () => {
    const { email } = await world.person('Late guest');
    const addresses = [email, `${newId()}@studio.example`];
    const tokens: string[] = [];
    for (const address of addresses) {
      await owner.post('/v1/account/invitations', { email: address, role: 'viewer' }).expect(201);
      tokens.push(await world.codeMailedTo(address));
    }
    const readOnly = { status: 403, code: 'account_read_only' };
    await inCell('update accounts set read_only = true where account_id = $1', [acme.id]);
    const guest = await world.signIn(email);
    const known = await guest.post('/v1/invitations/accept', { token: tokens[0] });
    const body = { token: tokens[1], name: 'New', new_password: PASSWORD };
    const fresh = await world.nobody.post('/v1/invitations/accept-as-new', body);
    await inCell('update accounts set read_only = false where account_id = $1', [acme.id]);
    expect([answer(known), answer(fresh)]).toEqual([readOnly, readOnly]);
  });

  test('is taken back once', async () => {
    const email = `${newId()}@studio.example`;
    const { body } = await owner.post('/v1/account/invitations', { email, role: 'viewer' }).expect(201);
    await owner.send('delete', `/v1/account/invitations/${body.id}`).expect(204);
    expect(answer(await owner.send('delete', `/v1/account/invitations/${body.id}`))).toEqual({
      status: 409,
      code: 'invitation_settled',
    });
  });

  test('is not sent in bulk to one email too often in a day, nor with a role for the whole account in one workspace', async () => {
    const email = `${newId()}@studio.example`;
    for (let times = 0; times < 5; times += 1) {
      const { body } = await owner.post('/v1/account/invitations', { email, role: 'viewer' }).expect(201);
      await owner.send('delete', `/v1/account/invitations/${body.id}`).expect(204);
    }
    const bulk = (more: object) => owner.post('/v1/account/invitations/bulk', { addresses: email, ...more });
    expect(answer(await bulk({ role: 'viewer' }))).toEqual({ status: 429, code: 'too_many_invitations' });
    const workspaces = [{ workspace_id: acme.workspaces[0]?.id, role: 'viewer' }];
    expect(answer(await bulk({ role: 'admin', access: 'named', workspaces }))).toEqual({
      status: 409,
      code: 'cannot_narrow',
    });
    expect(answer(await bulk({ role: 'custom', custom_role_id: newId() }))).toEqual({ status: 404, code: 'not_found' });
  });
});

test('API-18 a role does not get the name of another', async () => {
  const made = (name: string) => owner.post('/v1/account/roles', { name, permissions: [] }).expect(201);
  await made('One');
  const { body } = await made('Other');
  const path = `/v1/account/roles/${body.id}`;
  expect(answer(await owner.send('patch', path, { name: 'one' }, { 'If-Match': '"v1"' }))).toEqual({
    status: 409,
    code: 'already_exists',
  });
});

test('API-18 nobody demands a second factor of everybody without having signed in just now', async () => {
  const [signing] = world.tokens.keys;
  const claims = jwt.decode(owner.token ?? '') as { auth_time: number };
  const header = { alg: 'HS256', typ: 'at+jwt' } as const;
  const stale = jwt.sign({ ...claims, auth_time: claims.auth_time - 3_600 }, signing?.key ?? '', {
    keyid: signing?.id ?? '',
    header,
  });
  const etag = await etagOf('/v1/account');
  const refused = await world.as(stale).send('patch', '/v1/account/settings', { second_factor: 'required' }, etag);
  expect(answer(refused)).toEqual({ status: 403, code: 'step_up_needed' });
});

describe('API-18 a person', () => {
  test('is refused with a wrong password in a browser, and cannot sign out without the cookie', async () => {
    const wrong = { email: acme.owner.email, password: 'not the password' };
    expect(answer(await world.nobody.post('/v1/browser-sessions', wrong))).toEqual({
      status: 401,
      code: 'sign_in_refused',
    });
    expect(answer(await world.nobody.send('delete', '/v1/browser-sessions/current'))).toEqual({
      status: 401,
      code: 'unauthenticated',
    });
  });

  test('opens no account in a region that there is not', async () => {
    const nowhere = { account_name: 'Studio', region: 'mars-1', workspace_name: 'First' };
    const client = await (await world.signIn(acme.owner.email)).withSecondFactor();
    expect(answer(await client.post('/v1/me/accounts', nowhere))).toEqual({ status: 422, code: 'region_unknown' });
  });

  test('has 20 factors at most, of whatever kind', async () => {
    const { email } = await world.person('Collector');
    let client = await (await world.signIn(email)).withSecondFactor();
    const options = async () => (await client.post('/v1/me/factors/passkey/options').expect(201)).body;
    const add = async () => {
      const { challenge_id: challenge, options: asked } = await options();
      return client.post('/v1/me/factors/passkey', {
        challenge,
        name: 'Device',
        response: new SoftAuthenticator().create(asked),
      });
    };
    for (let count = 1; count < 20; count += 1) {
      const { body } = await add();
      if (body.access_token) client = world.as(body.access_token);
    }
    const tooMany = { status: 409, code: 'too_many_factors' };
    expect(answer(await add())).toEqual(tooMany);
    expect(answer(await client.post('/v1/me/factors/totp', { name: 'Phone' }))).toEqual(tooMany);
    expect(answer(await client.post('/v1/me/factors/email'))).toEqual(tooMany);
  });

  test('tries ten codes to confirm a factor, and is refused an eleventh within 15 minutes', async () => {
    const { email } = await world.person('Guesser');
    const client = await world.signIn(email);
    const { body } = await client.post('/v1/me/factors/totp', { name: 'Phone' }).expect(201);
    const confirm = () => client.post(`/v1/me/factors/${body.factor_id ?? body.id}/confirm`, { code: '000000' });
    for (let times = 0; times < 10; times += 1) expect((await confirm()).body.code).toBe('code_refused');
    const refused = await confirm();
    expect(answer(refused)).toEqual({ status: 429, code: 'too_many_codes' });
    expect(refused.headers['retry-after']).toBe('900');
  });
});

describe('API-18 a subscription', () => {
  const path = '/v1/account/subscription';
  const change = async (client: Client, changes: object) =>
    client.send('patch', path, changes, await etagOf(path, client));
  let buyer: Trial;

  beforeAll(async () => {
    buyer = await billing.trial('Buyer');
  });

  test('that was not bought is not changed, cancelled or resumed', async () => {
    const none = { status: 409, code: 'not_subscribed' };
    expect(answer(await change(buyer, { seats: 5 }))).toEqual(none);
    expect(answer(await buyer.post(`${path}/cancel`))).toEqual(none);
    expect(answer(await buyer.post(`${path}/resume`))).toEqual(none);
    expect(answer(await buyer.get(`${path}/preview?seats=5`))).toEqual(none);
    expect(answer(await buyer.get(`${path}/portal`))).toEqual(none);
  });

  test('is not bought for more seats than its plan has, nor twice at once', async () => {
    const unknown = await buyer.post(`${path}/checkouts`, { plan: 'golden', seats: 1 });
    expect(answer(unknown)).toEqual({ status: 422, code: 'plan_unknown' });
    const tooSmall = await buyer.post(`${path}/checkouts`, { plan: 'starter', seats: 6 });
    expect(answer(tooSmall)).toEqual({ status: 409, code: 'plan_too_small' });
    await buyer.post(`${path}/checkouts`, { plan: 'starter', seats: 2 }).expect(201);
    const again = await buyer.post(`${path}/checkouts`, { plan: 'starter', seats: 2 });
    expect(answer(again)).toEqual({ status: 409, code: 'change_pending' });
  });

  test('is not cancelled or resumed while a change of it is on its way', async () => {
    const other = await billing.trial('Changing');
    await billing.buy(other, 'starter', 2);
    const unknown = await other.get(`${path}/preview?plan=golden`);
    expect(answer(unknown)).toEqual({ status: 422, code: 'plan_unknown' });
    expect((await change(other, { seats: 3 })).status).toBe(200);
    const pending = { status: 409, code: 'change_pending' };
    expect(answer(await other.post(`${path}/cancel`))).toEqual(pending);
    expect(answer(await other.post(`${path}/resume`))).toEqual(pending);
    await billing.settle();
  });

  test('cannot be asked about while the provider does not answer, refuses, or is configured no more', async () => {
    const other = await billing.trial('Asking');
    await billing.buy(other, 'starter', 2);
    const [invoice] = (await other.get('/v1/account/invoices').expect(200)).body.items;
    const asked = () =>
      Promise.all([
        other.get(`${path}/preview?seats=3`),
        other.get(`${path}/portal`),
        other.get(`/v1/account/invoices/${invoice.id}/document`),
      ]);
    billing.payments.isDown = true;
    const down = await asked();
    billing.payments.isDown = false;
    expect(down.map(({ body }) => body.code)).toEqual(Array(3).fill('payments_unavailable'));

    await inCell("update subscriptions set reference = 'sub_unknown', customer = 'ctm_unknown' where account_id = $1", [
      other.accountId,
    ]);
    await inCell("update invoices set reference = 'txn_unknown' where account_id = $1", [other.accountId]);
    const refused = await asked();
    expect(refused.map(({ body }) => body.code)).toEqual(Array(3).fill('payments_refused'));

    // the same installation, started again without the provider that it sold by
    const unsold = await World.open(
      (environment, databases) => createApp(environment, databases, true),
      { variables: { TOKEN_KEYS: `test:${testKey('paddle')}`, ...NO_PROVIDER } },
      { ...world.databases, drop: async () => undefined },
    );
    const client = unsold.as(other.token ?? '');
    const found = [
      await client.get(`${path}/preview?seats=3`),
      await client.get(`${path}/portal`),
      await client.get(`/v1/account/invoices/${invoice.id}/document`),
      await change(client, { seats: 4 }),
      await client.post(`${path}/cancel`),
      await client.post(`${path}/resume`),
      await client.post(`${path}/checkouts`, { plan: 'starter', seats: 2 }),
    ];
    const webhooks = await Promise.all(
      ['paddle', 'stripe'].map((name) => unsold.nobody.post(`/v1/webhooks/${name}`, {})),
    );
    await unsold.close();
    expect(found.map(({ body }) => body.code)).toEqual(Array(7).fill('billing_not_configured'));
    expect(webhooks.map(({ status }) => status)).toEqual([404, 404]);
  });
});

const NO_PROVIDER = {
  BILLING_PROVIDER: 'none',
  PADDLE_API_KEY: '',
  PADDLE_WEBHOOK_SECRETS: '',
  STRIPE_API_KEY: '',
  STRIPE_WEBHOOK_SECRETS: '',
};
