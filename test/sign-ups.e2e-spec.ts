import { newId, operator } from '#libs/context';
import { asOperator } from '#libs/database';
import { givenRole } from '#libs/roles';
import { Members } from '#libs/tenants';
import { comparable, PASSWORD, type World } from '#libs/testing';
import { openWorld } from './open-world.js';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const fresh = (name = 'new') => `${name}.${newId()}@studio.example`;
const request = (email: string) => world.nobody.post('/v1/sign-ups', { email });
const BODY = {
  name: 'Nora New',
  new_password: PASSWORD,
  account_name: 'Nora’s Agency',
  region: 'us-east-1',
  time_zone: 'America/New_York',
  workspace_name: 'First Client',
};
const complete = (token: string, more: object = {}) =>
  world.nobody.post('/v1/sign-ups/complete', { ...BODY, token, ...more });
async function mailed(email = fresh()): Promise<{ email: string; token: string }> {
  await request(email).expect(202);
  return { email, token: await world.codeMailedTo(email) };
}
const count = async (table: string) =>
  asOperator(world.databases.adminUrlOf('directory'), async (admin) => {
    const { rows } = await admin.query<{ n: number }>(`select count(*)::int as n from ${table}`);
    return rows[0]?.n;
  });

describe('RES-01 signing up', () => {
  test('makes a person, an account in the region they chose, its first workspace, and their ownership', async () => {
    const { email, token } = await mailed();
    const { body } = await complete(token).expect(201);
    const signedIn = await world.signIn(email);
    // a new account demands a second factor
    await signedIn.post(`/v1/me/accounts/${body.account_id}/enter`).expect(403);
    const owner = await (await signedIn.withSecondFactor()).enterAccount(body.account_id);
    expect((await owner.get('/v1/account').expect(200)).body).toMatchObject({
      name: 'Nora’s Agency',
      data_region: 'us-east-1',
      time_zone: 'America/New_York',
    });
    const inside = await owner.enterWorkspace(body.workspace_id);
    expect((await inside.get(`/v1/workspaces/${body.workspace_id}`).expect(200)).body.name).toBe('First Client');
    expect((await owner.get('/v1/account/members').expect(200)).body.items).toMatchObject([
      { email, role: 'owner', access: 'all' },
    ]);
    // the rows are in that region's cell, and in no other
    const rowsIn = (cell: string) =>
      asOperator(
        world.databases.adminUrlOf(cell),
        async (admin) =>
          (await admin.query('select 1 from accounts where account_id = $1', [body.account_id])).rows.length,
      );
    expect([await rowsIn('us-east-1'), await rowsIn('eu-west-1')]).toEqual([1, 0]);
  });

  test('the regions to choose from are those that a cell holds; another is refused, and the mail stays good', async () => {
    expect((await world.nobody.get('/v1/regions').expect(200)).body.items).toEqual(['eu-west-1', 'us-east-1']);
    const { token } = await mailed();
    expect((await complete(token, { region: 'ap-southeast-2' }).expect(422)).body.code).toBe('region_unknown');
    await complete(token).expect(201);
  });

  test('nothing exists before the address was proved', async () => {
    const before = [await count('users'), await count('account_pointers')];
    await request(fresh()).expect(202);
    expect([await count('users'), await count('account_pointers')]).toEqual(before);
  });

  test('an account that an attacker prepared is not waiting for whoever has the address', async () => {
    const email = fresh('victim');
    // the attacker asks first, and gets no mail
    await request(email).expect(202);
    await world.nobody.post('/v1/sessions', { email, password: PASSWORD }).expect(401);
    const { token } = await mailed(email);
    await complete(token).expect(201);
    await world.signIn(email);
  });

  test('of twenty uses of one mail at once one makes a person and an account', async () => {
    const { token } = await mailed();
    const before = [(await count('users')) ?? 0, (await count('account_pointers')) ?? 0];
    const answers = await Promise.all(Array.from({ length: 20 }, () => complete(token)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 403]));
    expect([await count('users'), await count('account_pointers')]).toEqual(before.map((n) => n + 1));
    await complete(token).expect(403);
  });

  test('B14 a known address gets the same answer and another mail, without a secret', async () => {
    const { email, token } = await mailed();
    await complete(token).expect(201);
    const [known, unknown] = [await request(email.toUpperCase()), await request(fresh())];
    expect(comparable(known)).toEqual(comparable(unknown));
    const [mail] = await world.mailsTo(email);
    expect(mail?.subject).toBe('You already have an account');
    expect(mail?.text).not.toContain('bh_');
  });

  test.each([
    ['a plus sign', 'nora+agency@studio.example'],
    ['dots', 'n.o.r.a@studio.example'],
    ['other letters than ours', 'нора@студия.example'],
  ])('an address with %s is an address of its own', async (_, email) => {
    const { token } = await mailed(email);
    expect((await complete(token).expect(201)).body.user.email).toBe(email);
  });

  test('an address that only looks like another is another one', async () => {
    // the first letter is Cyrillic
    const [latin, cyrillic] = ['anna@studio.example', 'аnna@studio.example'];
    for (const email of [latin, cyrillic]) await complete((await mailed(email)).token).expect(201);
    const ids = await Promise.all(
      [latin, cyrillic].map(async (email) => (await (await world.signIn(email)).get('/v1/me')).body.id),
    );
    expect(new Set(ids).size).toBe(2);
  });

  test.each([
    ['without @', 'nora.studio.example'],
    ['with two', 'nora@@studio.example'],
    ['with a space', 'no ra@studio.example'],
    ['of 330 characters', `${'n'.repeat(320)}@s.example`],
    ['with a line break, for a second header', 'nora@studio.example\nBcc: everybody@example.com'],
  ])('an address %s is refused', async (_, email) => {
    await request(email).expect(400);
  });

  test.each([
    [{ name: ' ' }],
    [{ name: 'x'.repeat(101) }],
    [{ new_password: 'short' }],
    [{ account_name: '' }],
    [{ time_zone: 'Mars/Olympus' }],
    [{ workspace_name: 'x'.repeat(101) }],
    [{ surprise: true }],
  ])('%p is refused, and the mail stays good', async (wrong) => {
    const { token } = await mailed();
    await complete(token, wrong).expect(400);
    await complete(token).expect(201);
  });
});

describe('TEN-07 one more account', () => {
  const OTHER = { account_name: 'Second Agency', region: 'eu-west-1', workspace_name: 'A Client' };

  test('is opened by whoever is signed in, who owns both and switches between them', async () => {
    const { email, token } = await mailed();
    const first = (await complete(token).expect(201)).body.account_id;
    const signedIn = await (await world.signIn(email)).withSecondFactor();
    const { body } = await signedIn.post('/v1/me/accounts', OTHER).expect(201);
    const { items } = (await signedIn.get('/v1/me/accounts').expect(200)).body;
    expect(items.map(({ account_id: id, role }: { account_id: string; role: string }) => [id, role]).sort()).toEqual(
      [
        [first, 'owner'],
        [body.account_id, 'owner'],
      ].sort(),
    );
    const there = await (await signedIn.enterAccount(first)).enterAccount(body.account_id);
    expect((await there.get('/v1/account').expect(200)).body.name).toBe('Second Agency');
    const [entry] = (await there.get('/v1/account/audit-entries?kind=acts').expect(200)).body.items.slice(-1);
    expect(entry).toMatchObject({ action: 'account.create', actor_name: 'sign-up' });
  });

  test('BIL-04 a person has one trial: of accounts opened at once one has it, and the others can be read until a plan is bought', async () => {
    const { email, token } = await mailed();
    expect((await complete(token).expect(201)).body.subscription).toBe('trial');
    const signedIn = await (await world.signIn(email)).withSecondFactor();
    const { body } = await signedIn.post('/v1/me/accounts', OTHER).expect(201);
    expect(body.subscription).toBe('unpaid');
    const there = await signedIn.enterAccount(body.account_id);
    const refused = await there.post('/v1/account/workspaces', { name: 'Second' }).expect(403);
    expect(refused.body).toMatchObject({ code: 'account_read_only' });
    expect((await there.get('/v1/account/subscription').expect(200)).body).toMatchObject({ state: 'read_only' });
    expect((await there.get('/v1/account/workspaces').expect(200)).body.items).toHaveLength(1);

    const another = await (await world.signIn((await world.person('Olga')).email)).withSecondFactor();
    const opened = await Promise.all(
      Array.from({ length: 4 }, () => another.post('/v1/me/accounts', OTHER).expect(201)),
    );
    const starts = opened.map(({ body: { subscription } }) => subscription).sort();
    expect(starts).toEqual(['trial', 'unpaid', 'unpaid', 'unpaid']);
  });

  test('API-17 repeated with the same key, at once and after it, one account is opened; with another body the key is refused', async () => {
    const { email } = await world.person('Olivia');
    const signedIn = await (await world.signIn(email)).withSecondFactor();
    const key = { 'Idempotency-Key': 'open once' };
    await signedIn.send('post', '/v1/me/accounts', OTHER, key).expect(400);
    key['Idempotency-Key'] = 'open-once';
    const open = (body: object = OTHER) => signedIn.send('post', '/v1/me/accounts', body, key);
    const answers = [...(await Promise.all([open(), open(), open()])), await open()];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === 'true')).toHaveLength(3);
    expect((await signedIn.get('/v1/me/accounts').expect(200)).body.items).toHaveLength(1);
    const there = await signedIn.enterAccount(answers[0]?.body.account_id);
    expect((await there.get('/v1/account/workspaces').expect(200)).body.items).toHaveLength(1);

    // whoever has left is not brought back by it
    const accountId = answers[0]?.body.account_id;
    const place = { id: accountId, cell: 'eu-west-1' };
    const successor = await world.person('Successor');
    await world.contexts.runAs({ actor: operator('test', 'any'), account: place }, () =>
      world.app
        .get(Members)
        .add(place, { user: successor, given: givenRole({ role: 'owner' }) }, operator('test', 'any')),
    );
    await there.post('/v1/account/leave').expect(204);
    await open().expect(404);
    expect((await signedIn.get('/v1/me/accounts').expect(200)).body.items).toEqual([]);

    const refused = await open({ ...OTHER, account_name: 'Third Agency' }).expect(422);
    expect(refused.body.code).toBe('idempotency_key_reused');
    const somebodyElse = await (await world.signIn((await world.person('Oscar')).email)).withSecondFactor();
    const { body } = await somebodyElse.send('post', '/v1/me/accounts', OTHER, key).expect(201);
    expect(body.account_id).not.toBe(answers[0]?.body.account_id);
  });

  test('is opened by nobody who is not', async () => {
    await world.nobody.post('/v1/me/accounts', OTHER).expect(401);
  });
});
