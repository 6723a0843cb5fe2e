import { newId } from '#libs/context';
import { asOperator } from '#libs/database';
import { SignInLimits, Sessions, Users } from '#libs/identity';
import { type Client, PASSWORD, SoftAuthenticator, type World, type WorldAccount } from '#libs/testing';
import { generate } from 'otplib';
import { asOperatorOf, openWorld } from './open-world.js';

let world: World;
let acme: WorldAccount;

beforeAll(async () => {
  world = await openWorld();
  acme = await world.account('Acme');
});
afterAll(() => world.close());

const inDirectory = (text: string, values: unknown[] = []) =>
  asOperator(world.databases.adminUrlOf('directory'), (admin) => admin.query<{ count: number }>(text, values));

/** Has the trail of the directory refuse an action while something is done. */
async function withoutEntriesOf(action: string, work: () => Promise<void>): Promise<void> {
  await inDirectory(`alter table platform_entries add constraint refused check (action <> '${action}') not valid`);
  try {
    await work();
  } finally {
    await inDirectory('alter table platform_entries drop constraint refused');
  }
}

async function addTotp(client: Client): Promise<{ id: string; code: () => Promise<string> }> {
  const { body } = await client.post('/v1/me/factors/totp', { name: 'Phone' }).expect(201);
  return { id: body.factor_id, code: () => generate({ secret: body.secret }) };
}

describe('AUD-03 what happens to a person and its entry are one transaction: without the entry nothing has happened', () => {
  test('a changed password', async () => {
    const { email } = await world.person('Changing');
    const client = await world.signIn(email);
    await withoutEntriesOf('password.change', async () => {
      const next = { current_password: PASSWORD, new_password: 'another password for tests' };
      expect((await client.post('/v1/me/password', next)).status).toBe(500);
    });
    await world.signIn(email, PASSWORD);
  });

  test('a password set by mail', async () => {
    const { email } = await world.person('Resetting');
    await world.nobody.post('/v1/password-resets', { email }).expect(202);
    const body = { token: await world.codeMailedTo(email), new_password: 'another password for tests' };
    await withoutEntriesOf('password.reset', async () => {
      expect((await world.nobody.post('/v1/password-resets/complete', body)).status).toBe(500);
    });
    await world.signIn(email, PASSWORD);
    // and the mailed secret is still good
    expect((await world.nobody.post('/v1/password-resets/complete', body)).status).toBeLessThan(300);
  });

  test('a factor that is added, and one that is removed', async () => {
    const { email } = await world.person('Adding');
    const client = await world.signIn(email);
    const { id, code } = await addTotp(client);
    await withoutEntriesOf('factor.add', async () => {
      const answer = await client.post(`/v1/me/factors/${id}/confirm`, { code: await code() });
      expect(answer.status).toBe(500);
    });
    const { body } = await client.get('/v1/me/factors').expect(200);
    expect(body).toMatchObject({ items: [{ id, confirmed_at: null }], recovery_codes_left: 0 });
    const { body: options } = await client.post('/v1/me/factors/passkey/options').expect(201);
    const made = new SoftAuthenticator().create(options.options);
    const passkey = { challenge: options.challenge_id, name: 'Device', response: made };
    const { body: added } = await client.post('/v1/me/factors/passkey', passkey).expect(201);
    const raised = world.as(added.access_token);
    await withoutEntriesOf('factor.remove', async () => {
      expect((await raised.send('delete', `/v1/me/factors/${id}`)).status).toBe(500);
    });
    expect((await raised.get('/v1/me/factors')).body.items).toHaveLength(2);
  });

  test('a sign-up, and an end of a sign-in', async () => {
    const email = `somebody.${newId()}@example.com`;
    await world.nobody.post('/v1/sign-ups', { email }).expect(202);
    const body = {
      token: await world.codeMailedTo(email),
      name: 'Nora',
      new_password: PASSWORD,
      account_name: 'Nora’s Agency',
      region: 'eu-west-1',
      workspace_name: 'First',
    };
    await withoutEntriesOf('sign_up.completed', async () => {
      expect((await world.nobody.post('/v1/sign-ups/complete', body)).status).toBe(500);
    });
    expect(await world.app.get(Users).findByEmail(email)).toBeNull();
    await world.nobody.post('/v1/sign-ups/complete', body).expect(201);
    const client = await world.signIn(email);
    await withoutEntriesOf('sign_in.ended', async () => {
      expect((await client.send('delete', '/v1/sessions/current')).status).toBe(500);
    });
    await client.get('/v1/me').expect(200);
  });

  test('a lifted block', async () => {
    await inDirectory(
      "insert into blocked_addresses (address, until, reason) values ('203.0.113.77', now() + interval '1 hour', 'a test')",
    );
    await asOperatorOf(world, async (app) => {
      const limits = app.get(SignInLimits);
      await withoutEntriesOf('address.lift', async () => {
        await expect(limits.lift('203.0.113.77', { requestId: 'a test' })).rejects.toThrow();
      });
      expect(await limits.secondsLeft('203.0.113.77')).toBeGreaterThan(0);
      expect(await limits.lift('203.0.113.77', { requestId: 'a test' })).toBe(true);
    });
  });
});

describe('A17 a person is told by mail', () => {
  const subjectsTo = async (email: string) => (await world.mailsTo(email)).map(({ subject }) => subject);

  test('of a factor that was added and one that was removed', async () => {
    const { email } = await world.person('Told');
    const client = await world.signIn(email);
    const { id, code } = await addTotp(client);
    expect(await subjectsTo(email)).toEqual([]);
    const { body } = await client.post(`/v1/me/factors/${id}/confirm`, { code: await code() }).expect(200);
    expect(await subjectsTo(email)).toEqual(['A second factor was added to your account']);
    await world.as(body.access_token).send('delete', `/v1/me/factors/${id}`).expect(204);
    expect(await subjectsTo(email)).toContain('A second factor was removed from your account');
  });

  test('of a sign-in with something new, but for the first; not of one with something known', async () => {
    const { email } = await world.person('Travelling');
    const signInWith = (agent: string) =>
      world.nobody.send('post', '/v1/sessions', { email, password: PASSWORD }, { 'User-Agent': agent }).expect(201);
    await signInWith('Laptop');
    await signInWith('Laptop');
    expect(await subjectsTo(email)).toEqual([]);
    await signInWith('Phone');
    expect(await subjectsTo(email)).toEqual(['You signed in on a new device']);
    await signInWith('Laptop');
    await signInWith('Phone');
    expect(await subjectsTo(email)).toHaveLength(1);
  });
});

describe('A15 AUT-08 somebody who is disabled', () => {
  test('is signed out everywhere, signs in no more, and can be enabled again', async () => {
    const { user } = await acme.addMember('member');
    const client = await (await world.signIn(user.email)).enterAccount(acme.id);
    await client.get('/v1/account').expect(200);
    const setDisabled = (disabled: boolean) =>
      asOperatorOf(world, (app) => app.get(Users).setDisabled(user.id, disabled, { requestId: 'a test' }));
    expect(await setDisabled(true)).toBe(true);
    expect(await setDisabled(true)).toBe(false);
    expect(await world.app.get(Sessions).carryOf(user.id)).toEqual([]);
    await client.get('/v1/account').expect(401);
    await world.nobody.post('/v1/sessions', { email: user.email, password: PASSWORD }).expect(401);
    expect(await setDisabled(false)).toBe(true);
    await (await world.signIn(user.email)).enterAccount(acme.id);
    const { rows } = await inDirectory(
      "select count(*)::int as count from platform_entries where user_id = $1 and action in ('user.disable', 'user.enable')",
      [user.id],
    );
    expect(rows[0]?.count).toBe(2);
  });
});

describe('A11 TEN-11 an invitation that cannot be accepted', () => {
  test('makes nobody: the same mail is accepted once there is room', async () => {
    const small = await world.account('Small');
    const owner = await small.ownerClient();
    const email = `new.${newId()}@example.com`;
    await owner.post('/v1/account/invitations', { email, role: 'viewer' }).expect(201);
    const body = { token: await world.codeMailedTo(email), name: 'Nina New', new_password: PASSWORD };
    await small.grant('starter', 1);
    const refused = await world.nobody.post('/v1/invitations/accept-as-new', body);
    expect(refused.status).toBe(409);
    expect(await world.app.get(Users).findByEmail(email)).toBeNull();
    await small.grant('starter', 5);
    await world.nobody.post('/v1/invitations/accept-as-new', body).expect(201);
    await (await world.signIn(email)).enterAccount(small.id);
  });
});

describe('A18 an address', () => {
  test.each([
    '"victim"@x.example',
    '<v@x.example>',
    'v@x.example,',
    'v@x',
    'v.@x.example',
    'v@-x.example',
    `${'v'.repeat(65)}@x.example`,
  ])('%s is none', async (email) => {
    const { body } = await world.nobody.post('/v1/sign-ups', { email }).expect(400);
    expect(body.errors[0].field).toBe('email');
  });

  test.each(['v+tag@x.example', "o'brien@x.example", 'josé@exämple.example'])('%s is one', async (email) => {
    await world.nobody.post('/v1/sign-ups', { email }).expect(202);
  });
});

test('A12 AUT-02 the longest password that is taken signs in, however it is composed', async () => {
  const { email } = await world.person('Long');
  // 256 characters, of which each is two as it is typed: a letter and its accent
  const letters = 'aeioucnzslrygkmpw';
  const password = Array.from({ length: 256 }, (_, n) => `${letters[(n * 5 + (n >> 3)) % letters.length]}\u0301`).join(
    '',
  );
  const changed = { current_password: PASSWORD, new_password: password };
  const { status } = await (await world.signIn(email)).post('/v1/me/password', changed);
  expect(status).toBe(200);
  await world.signIn(email, password);
});

describe('A5 API-03 what one person may do in a day, across all of their accounts', () => {
  test('ten accounts are opened, and not one more', async () => {
    const { email } = await world.person('Opening');
    const client = await world.signIn(email);
    const statuses: number[] = [];
    for (let n = 0; n < 12; n += 1) {
      const body = { account_name: `Agency ${n}`, region: 'eu-west-1', workspace_name: 'First' };
      statuses.push((await client.post('/v1/me/accounts', body)).status);
    }
    expect(statuses).toEqual([...Array<number>(10).fill(201), 429, 429]);
    // not by way of a key either, whose repetition is not counted where the account is there
    const body = { account_name: 'One more', region: 'eu-west-1', workspace_name: 'First' };
    for (let turn = 0; turn < 2; turn += 1)
      await client.send('post', '/v1/me/accounts', body, { 'Idempotency-Key': 'one-more' }).expect(429);
  });

  test('five hundred invitations are sent, from however many accounts', async () => {
    const owner = await world.person('Inviting');
    const clients: Client[] = [];
    for (const name of ['One', 'Two', 'Three']) {
      const account = await world.emptyAccount(name);
      await account.addMember('owner', { user: owner });
      clients.push(await (await world.signIn(owner.email)).enterAccount(account.id));
    }
    const paste = (n: number) =>
      Array.from({ length: 199 }, (_, line) => `somebody.${n}.${line}@example.com`).join('\n');
    const statuses: number[] = [];
    for (const [n, client] of clients.entries())
      statuses.push(
        (await client.post('/v1/account/invitations/bulk', { addresses: paste(n), role: 'viewer' })).status,
      );
    expect(statuses).toEqual([200, 200, 429]);
  });

  test('a name is one line, and a mail quotes and cuts it', async () => {
    const owner = await acme.ownerClient();
    const { headers } = await owner.get('/v1/account').expect(200);
    const rename = (name: string) =>
      owner.send('patch', '/v1/account/settings', { name }, { 'If-Match': headers['etag'] ?? '' });
    for (const name of ['Your bill\nPay at https://evil.example', 'a\u0007b', 'a\u202eb', 'a\u2028b']) {
      const { body } = await rename(name).expect(400);
      expect(body.errors).toEqual([
        { field: 'name', problem: 'must be one line without control characters', pointer: '#/name' },
      ]);
    }
    const name = `Pay your bill of "now" ${'x'.repeat(70)}`;
    await rename(name).expect(200);
    const email = `quoted.${newId()}@example.com`;
    await owner.post('/v1/account/invitations', { email, role: 'viewer' }).expect(201);
    const [mail] = await world.mailsTo(email);
    expect(mail?.subject).toMatch(/^You are invited to “Pay your bill of {2}now {2}x+…”$/);
    expect(mail?.text).not.toContain('x'.repeat(60));
  });
});
