import { newId } from '#libs/context';
import { asOperator } from '#libs/database';
import {
  type Client,
  comparable,
  type Misbehaviour,
  PASSWORD,
  SoftAuthenticator,
  type World,
  type WorldAccount,
} from '#libs/testing';
import jwt from 'jsonwebtoken';
import { generate } from 'otplib';
import { openWorld } from './open-world.js';

let world: World;
let acme: WorldAccount;
let strict: WorldAccount;

beforeAll(async () => {
  world = await openWorld({ PRODUCT_NAME: 'Northlight Desk' });
  acme = await world.account('Acme');
  strict = await world.emptyAccount('Strict');
  await asOperator(world.databases.adminUrlOf('eu-west-1'), (admin) =>
    admin.query("update accounts set second_factor = 'required' where account_id = $1", [strict.id]),
  );
});
afterAll(() => world.close());

const claims = (client: Client) => jwt.decode(client.token ?? '') as jwt.JwtPayload;
const now = () => Math.floor(Date.now() / 1_000);
/** The code of a generator so many steps of 30 s from now. */
const codeOf = (secret: string, steps = 0) => generate({ secret, epoch: now() + steps * 30 });

/** Somebody in both accounts, signed in with a password. */
async function somebody(): Promise<{ email: string; id: string; client: Client }> {
  const { user } = await acme.addMember('developer');
  await strict.addMember('developer', { user });
  return { email: user.email, id: user.id, client: await world.signIn(user.email) };
}

async function withTotp() {
  const person = await somebody();
  const { body } = await person.client.post('/v1/me/factors/totp', { name: 'Phone' }).expect(201);
  const confirmed = await person.client
    .post(`/v1/me/factors/${body.factor_id}/confirm`, { code: await codeOf(body.secret, -1) })
    .expect(200);
  return {
    ...person,
    factorId: body.factor_id as string,
    secret: body.secret as string,
    raised: world.as(confirmed.body.access_token),
    recoveryCodes: confirmed.body.recovery_codes as string[],
  };
}

const prove = (client: Client, method: string, code: string) => client.post('/v1/me/second-factor', { method, code });

describe('AUT-03 a second factor', () => {
  test('is demanded of everybody in a new account, of whoever has none as well; the owner may relax it', async () => {
    const email = `owner.${newId()}@studio.example`;
    await world.nobody.post('/v1/sign-ups', { email }).expect(202);
    const { body: opened } = await world.nobody
      .post('/v1/sign-ups/complete', {
        token: await world.codeMailedTo(email),
        name: 'Olga Owner',
        new_password: PASSWORD,
        account_name: 'New Agency',
        region: 'eu-west-1',
        workspace_name: 'First',
      })
      .expect(201);
    const client = await world.signIn(email);
    const refused = await client.post(`/v1/me/accounts/${opened.account_id}/enter`).expect(403);
    expect(refused.body).toMatchObject({ code: 'second_factor_needed', acr: '2' });
    const { body } = await client.post('/v1/me/factors/totp', { name: 'Phone' }).expect(201);
    const { body: confirmed } = await client
      .post(`/v1/me/factors/${body.factor_id}/confirm`, { code: await codeOf(body.secret) })
      .expect(200);
    const owner = await world.as(confirmed.access_token).enterAccount(opened.account_id);
    const { headers } = await owner.get('/v1/account').expect(200);
    const relax = (by: Client) =>
      by.send('patch', '/v1/account/settings', { second_factor: 'optional' }, { 'If-Match': headers['etag'] ?? '' });
    expect((await relax(owner).expect(200)).body.second_factor).toBe('optional');
    // who has one is asked for it all the same
    await (await world.signIn(email)).post(`/v1/me/accounts/${opened.account_id}/enter`).expect(403);
  });

  test('stands in the token with when and how, and in those that are renewed', async () => {
    const { client, raised, email } = await withTotp();
    expect(claims(client)).toMatchObject({ acr: '1', amr: ['pwd'], auth_time: expect.any(Number) });
    expect(claims(raised)).toMatchObject({ acr: '2', amr: ['mfa', 'otp', 'pwd'] });
    const { body } = await world.nobody.post('/v1/sessions', { email, password: PASSWORD }).expect(201);
    expect(body.second_factors).toEqual(['recovery_code', 'totp']);
    await world
      .as(body.access_token)
      .post('/v1/me/second-factor', { method: 'recovery_code', code: 'nonsense' })
      .expect(403);
    const renewed = await world.nobody.post('/v1/sessions/refresh', { refresh_token: body.refresh_token }).expect(201);
    expect(claims(world.as(renewed.body.access_token))).toMatchObject({ acr: '1' });
  });

  test('opens an account that demands it, for this sign-in and no other', async () => {
    const { raised, email } = await withTotp();
    const inside = await raised.enterAccount(strict.id);
    await inside.get('/v1/account').expect(200);
    const other = await world.signIn(email);
    await other.post(`/v1/me/accounts/${strict.id}/enter`).expect(403);
    // somebody without one stays where they are when they try to switch there
    const plain = await (await somebody()).client.enterAccount(acme.id);
    await plain.post(`/v1/me/accounts/${strict.id}/enter`).expect(403);
    await plain.get('/v1/account').expect(200);
  });

  test('is demanded by one workspace where the account does not ask, from the moment it says so', async () => {
    const mixed = await world.account('Mixed');
    const [workspace, other] = mixed.workspaces;
    const [plain, person] = [await somebody(), await withTotp()];
    for (const { id, email } of [plain, person])
      await mixed.addMember('multi_account_manager', { user: { id, email, name: 'Somebody' } });
    const inside = await plain.client.enterAccount(mixed.id);
    const before = await inside.enterWorkspace(workspace?.id ?? '');
    const since = await inside.enterWorkspace(other?.id ?? '');
    const owner = await mixed.ownerClient();
    const set = async (value: string, by = owner, status = 200) => {
      const { headers } = await by.get(`/v1/account/workspaces/${workspace?.id}`).expect(200);
      await by
        .send(
          'patch',
          `/v1/account/workspaces/${workspace?.id}`,
          { second_factor: value },
          { 'If-Match': headers['etag'] ?? '' },
        )
        .expect(status);
    };
    await set('required');
    // the token from before the person went elsewhere as well
    for (const client of [before, since]) await client.get('/v1/documents').expect(401);
    const weak = await (await world.signIn(plain.email)).enterAccount(mixed.id);
    const refused = await weak.post(`/v1/account/workspaces/${workspace?.id}/enter`).expect(403);
    expect(refused.body.code).toBe('second_factor_needed');
    await weak.enterWorkspace(other?.id ?? '');
    // whoever it keeps out does not lift it, nor does an owner who has shown no factor
    await set('optional', weak, 403);
    await set('optional', owner, 403);
    await (await person.raised.enterAccount(mixed.id)).enterWorkspace(workspace?.id ?? '');
  });

  test('the trail hides what was changed in a workspace that demands it from whoever has shown none, words included', async () => {
    const hiding = await world.account('Hiding');
    const [strict] = hiding.workspaces;
    const owner = await hiding.ownerClient();
    const inside = await owner.enterWorkspace(strict?.id ?? '');
    await inside.post('/v1/datasets', { name: 'Unmistakable zeppelin' }).expect(201);
    const admin = await hiding.clientOf('admin');
    const read = async (by: Client, filter = '') => {
      const { body } = await by.get(`/v1/account/audit-entries?action=dataset.create&limit=200${filter}`).expect(200);
      const made = body.items.filter((entry: { workspace_id: string }) => entry.workspace_id === strict?.id);
      return made.map(
        ({ changes, changes_hidden: hidden }: { changes: { name?: { to: string } }; changes_hidden: boolean }) => [
          changes.name?.to,
          hidden,
        ],
      )[0];
    };
    expect(await read(admin)).toEqual(['Unmistakable zeppelin', false]);
    const { headers } = await owner.get(`/v1/account/workspaces/${strict?.id}`).expect(200);
    await owner
      .send(
        'patch',
        `/v1/account/workspaces/${strict?.id}`,
        { second_factor: 'required' },
        { 'If-Match': headers['etag'] ?? '' },
      )
      .expect(200);
    const weak = await hiding.clientOf('admin');
    expect(await read(weak)).toEqual([undefined, true]);
    expect(await read(weak, '&q=zeppelin')).toBeUndefined();
    // nor does the length of a page tell: three that may be seen are found, whatever is hidden among them
    for (const word of ['one', 'two', 'three']) {
      const elsewhere = await owner.enterWorkspace(hiding.workspaces[1]?.id ?? '');
      await elsewhere.post('/v1/datasets', { name: `Plain ${word}` }).expect(201);
    }
    const page = async (guess: string) => {
      const query = encodeURIComponent(`${guess} OR one OR two OR three`);
      const { body } = await weak.get(`/v1/account/audit-entries?action=dataset.create&limit=2&q=${query}`).expect(200);
      return [body.items.length, body.next_cursor === null];
    };
    expect(await page('zeppelin')).toEqual([2, false]);
    expect(await page('dirigible')).toEqual([2, false]);
    expect(
      (
        await weak.get(
          '/v1/account/audit-entries?action=dataset.create&limit=3&q=zeppelin%20OR%20one%20OR%20two%20OR%20three',
        )
      ).body,
    ).toMatchObject({ items: [{}, {}, {}], next_cursor: null });
    expect(await read(await weak.withSecondFactor(), '&q=zeppelin')).toEqual(['Unmistakable zeppelin', false]);
  });

  test('ends what was open without it when an owner demands it; an admin may not say', async () => {
    const changing = await world.account('Changing');
    const admin = await changing.clientOf('admin');
    const owner = await changing.ownerClient();
    const demand = async (by: Client) => {
      const { headers } = await by.get('/v1/account').expect(200);
      return by.send(
        'patch',
        '/v1/account/settings',
        { second_factor: 'required' },
        { 'If-Match': headers['etag'] ?? '' },
      );
    };
    const refused = await demand(admin);
    expect([refused.status, refused.body.code]).toEqual([403, 'permission_missing']);
    expect((await demand(owner)).status).toBe(200);
    await admin.get('/v1/account').expect(401);
    await owner.get('/v1/account').expect(200);
  });
});

test('authenticator apps and passkeys show the name of the product', async () => {
  const { client } = await somebody();
  const { body: totp } = await client.post('/v1/me/factors/totp', { name: 'Phone' }).expect(201);
  expect(new URL(totp.otpauth_uri).searchParams.get('issuer')).toBe('Northlight Desk');
  const { body: passkey } = await client.post('/v1/me/factors/passkey/options').expect(201);
  expect(passkey.options.rp.name).toBe('Northlight Desk');
});

describe('AUT-03 B13 codes of a generator', () => {
  test('count once, of many at once too', async () => {
    const { client, secret, email } = await withTotp();
    const code = await codeOf(secret);
    const others = await Promise.all(Array.from({ length: 5 }, () => world.signIn(email)));
    const answers = await Promise.all([client, ...others].map((by) => prove(by, 'totp', code)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 403, 403, 403, 403, 403]);
    await prove(client, 'totp', code).expect(403);
    // nor does an older one after it
    await prove(client, 'totp', await codeOf(secret, -1)).expect(403);
  });

  test('are taken from a clock that is one step off, and from no further', async () => {
    const { client, secret } = await withTotp();
    await prove(client, 'totp', await codeOf(secret, 3)).expect(403);
    await prove(client, 'totp', await codeOf(secret, -3)).expect(403);
    await prove(client, 'totp', await codeOf(secret, 1)).expect(201);
  });

  test('are ten in a quarter of an hour, and the right one is refused after that', async () => {
    const { client, secret } = await withTotp();
    const answers = await Promise.all(Array.from({ length: 14 }, () => prove(client, 'totp', '000000')));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(4);
    const { body } = await prove(client, 'totp', await codeOf(secret)).expect(429);
    expect(body.code).toBe('too_many_codes');
  });

  test('the secret is kept encrypted for its factor, and shown once', async () => {
    const { raised, secret, id } = await withTotp();
    const shown = await raised.get('/v1/me/factors').expect(200);
    expect(JSON.stringify(shown.body)).not.toContain(secret);
    const { rows } = await asOperator(world.databases.adminUrlOf('directory'), (admin) =>
      admin.query<{ text: string }>("select string_agg(f::text, '') as text from factors f where user_id = $1", [id]),
    );
    expect(rows[0]?.text).not.toContain(Buffer.from(secret).toString('hex'));
  });

  test('one that was begun and not confirmed counts for nothing', async () => {
    const { client } = await somebody();
    const { body } = await client.post('/v1/me/factors/totp', { name: 'Phone' }).expect(201);
    await prove(client, 'totp', await codeOf(body.secret)).expect(403);
    expect((await client.get('/v1/me/factors')).body.items).toMatchObject([{ confirmed_at: null }]);
    await client.post(`/v1/me/factors/${body.factor_id}/confirm`, { code: '000000' }).expect(403);
  });
});

describe('AUT-03 codes to recover with', () => {
  test('come with the first factor, count once each, and are dead when new ones are made', async () => {
    const { client, raised, recoveryCodes, email } = await withTotp();
    expect(recoveryCodes).toHaveLength(10);
    const [first = '', second = ''] = recoveryCodes;
    const answers = await Promise.all([1, 2, 3].map(() => prove(client, 'recovery_code', ` ${first.toUpperCase()} `)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 403, 403]);
    expect((await raised.get('/v1/me/factors')).body.recovery_codes_left).toBe(9);
    const { body } = await raised.post('/v1/me/recovery-codes').expect(201);
    await prove(await world.signIn(email), 'recovery_code', second).expect(403);
    await prove(await world.signIn(email), 'recovery_code', body.recovery_codes[0]).expect(201);
  });
});

describe('AUT-03 B13 codes by mail', () => {
  async function withEmail() {
    const person = await somebody();
    const { body } = await person.client.post('/v1/me/factors/email').expect(201);
    const code = await world.codeMailedTo(person.email);
    expect(code).toMatch(/^\d{8}$/);
    const confirmed = await person.client.post(`/v1/me/factors/${body.factor_id}/confirm`, { code }).expect(200);
    return {
      ...person,
      raised: world.as(confirmed.body.access_token),
      recoveryCodes: confirmed.body.recovery_codes as string[],
    };
  }

  test('count once, for whom they were sent, for ten minutes', async () => {
    const { email } = await withEmail();
    const stranger = await withEmail();
    const client = await world.signIn(email);
    await client.post('/v1/me/second-factor/email').expect(202);
    const code = await world.codeMailedTo(email);
    await prove(await world.signIn(stranger.email), 'email', code).expect(403);
    const answers = await Promise.all([1, 2, 3].map(() => prove(client, 'email', code)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 403, 403]);
    await client.post('/v1/me/second-factor/email').expect(202);
    const late = await world.codeMailedTo(email);
    await asOperator(world.databases.adminUrlOf('directory'), (admin) =>
      admin.query("update verifications set expires_at = expires_at - interval '10 minutes' where email = $1", [email]),
    );
    await prove(client, 'email', late).expect(403);
  });

  test('a password that was reset by mail does not come with a second factor by mail', async () => {
    const { email, recoveryCodes } = await withEmail();
    await world.nobody.post('/v1/password-resets', { email }).expect(202);
    const token = await world.codeMailedTo(email);
    const next = 'whoever reads the mail has this';
    await world.nobody.post('/v1/password-resets/complete', { token, new_password: next }).expect(200);
    const client = await world.signIn(email, next);
    expect(claims(client).acr).toBe('1');
    await client.post('/v1/me/second-factor/email').expect(202);
    await prove(client, 'email', await world.codeMailedTo(email)).expect(403);
    await client.post(`/v1/me/accounts/${strict.id}/enter`).expect(403);
    // what is shown by a session that does not know the password says nothing of whoever has the mailbox
    await asOperator(world.databases.adminUrlOf('directory'), (admin) =>
      admin.query("update sign_in_sessions set methods = '{hwk}' where id = $1", [claims(client)['sid']]),
    );
    await prove(client, 'recovery_code', recoveryCodes[1] ?? '').expect(201);
    await client.post('/v1/me/second-factor/email').expect(202);
    await prove(client, 'email', await world.codeMailedTo(email)).expect(403);
    await asOperator(world.databases.adminUrlOf('directory'), (admin) =>
      admin.query("update sign_in_sessions set methods = '{pwd}', level = 1 where id = $1", [claims(client)['sid']]),
    );
    // another proof than the mailbox, by somebody who knows it, brings codes by mail back
    await prove(client, 'recovery_code', recoveryCodes[0] ?? '').expect(201);
    await client.post('/v1/me/second-factor/email').expect(202);
    await prove(client, 'email', await world.codeMailedTo(email)).expect(201);
  });

  test('are not offered to whoever has not added them', async () => {
    const { client, email } = await withTotp();
    await client.post('/v1/me/second-factor/email').expect(202);
    await prove(client, 'email', await world.codeMailedTo(email)).expect(403);
  });
});

describe('AUT-03 AUT-04 passkeys', () => {
  async function withPasskey() {
    const person = await somebody();
    const device = new SoftAuthenticator();
    const { body } = await person.client.post('/v1/me/factors/passkey/options').expect(201);
    const added = await person.client
      .post('/v1/me/factors/passkey', {
        challenge: body.challenge_id,
        name: 'Laptop',
        response: device.create(body.options),
      })
      .expect(201);
    return { ...person, device, raised: world.as(added.body.access_token) };
  }
  const signIn = async (device: SoftAuthenticator, wrong: Misbehaviour = {}) => {
    const { body } = await world.nobody.post('/v1/passkey-sign-ins/options').expect(201);
    return world.nobody.post('/v1/passkey-sign-ins', {
      challenge: body.challenge_id,
      response: device.get(body.options, wrong),
    });
  };

  test('are a second factor', async () => {
    const { email, device } = await withPasskey();
    const client = await world.signIn(email);
    const { body } = await client.post('/v1/me/second-factor/passkey/options').expect(201);
    const send = (response: object) =>
      client.post('/v1/me/second-factor/passkey', { challenge: body.challenge_id, response });
    const answer = await send(device.get(body.options)).expect(201);
    expect(claims(world.as(answer.body.access_token))).toMatchObject({ acr: '2', amr: ['hwk', 'mfa', 'pwd', 'user'] });
    // a challenge is good once
    await send(device.get(body.options)).expect(403);
  });

  test('sign somebody in alone, without a password and with both factors', async () => {
    const { id, device } = await withPasskey();
    const { status, body, headers } = await signIn(device);
    expect([status, body.user.id]).toEqual([201, id]);
    const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const tab = await world.nobody
      .send('post', '/v1/browser-sessions/current/tabs', {}, { Cookie: cookie, 'X-CSRF-Token': body.csrf_token })
      .expect(201);
    const client = world.as(tab.body.access_token);
    expect(claims(client)).toMatchObject({ acr: '2', amr: ['hwk', 'mfa', 'user'] });
    await (await client.enterAccount(strict.id)).get('/v1/account').expect(200);
  });

  test.each([
    ['for another page', { origin: 'https://evil.example' }],
    ['for another domain', { domain: 'evil.example' }],
    ['by nobody that was verified', { verified: false }],
    ['by a copy, whose counter lags behind', { counter: 1 }],
  ] as [string, Misbehaviour][])('what was signed %s is refused', async (_, wrong) => {
    const { device } = await withPasskey();
    expect((await signIn(device)).status).toBe(201);
    const { status, body } = await signIn(device, wrong);
    expect([status, body.code]).toEqual([403, 'code_refused']);
  });

  test.each([
    ['for another page', { origin: 'https://evil.example' }],
    ['for another domain', { domain: 'evil.example' }],
    ['by nobody that was verified', { verified: false }],
  ] as [string, Misbehaviour][])('one that was made %s is not added', async (_, wrong) => {
    const { client } = await somebody();
    const { body } = await client.post('/v1/me/factors/passkey/options').expect(201);
    const response = new SoftAuthenticator().create(body.options, wrong);
    await client.post('/v1/me/factors/passkey', { challenge: body.challenge_id, name: 'Laptop', response }).expect(403);
    expect((await client.get('/v1/me/factors')).body.items).toEqual([]);
  });

  test('nobody uses the challenge of somebody else, nor a passkey that nobody knows', async () => {
    const [one, other] = [await withPasskey(), await withPasskey()];
    const client = await world.signIn(one.email);
    const { body } = await (await world.signIn(other.email)).post('/v1/me/second-factor/passkey/options').expect(201);
    const response = one.device.get({ ...body.options, rpId: 'localhost' });
    await client.post('/v1/me/second-factor/passkey', { challenge: body.challenge_id, response }).expect(403);
    const stranger = new SoftAuthenticator();
    stranger.create({ challenge: 'x', rp: { id: 'localhost' } });
    expect((await signIn(stranger)).status).toBe(403);
  });

  test('an account can do without passwords: who has one, or signed in with one, stays outside', async () => {
    const modern = await world.account('Modern');
    const { raised, device, id, email } = await withPasskey();
    await modern.addMember('owner', { user: { id, email, name: 'Somebody' } });
    const owner = await raised.enterAccount(modern.id);
    const { headers } = await owner.get('/v1/account').expect(200);
    await owner
      .send('patch', '/v1/account/settings', { passwords: 'none' }, { 'If-Match': headers['etag'] ?? '' })
      .expect(200);
    const asking = await raised.post(`/v1/me/accounts/${modern.id}/enter`).expect(403);
    expect(asking.body.code).toBe('password_not_allowed');
    await raised.send('delete', '/v1/me/password').expect(204);
    const { rows } = await asOperator(world.databases.adminUrlOf('directory'), (admin) =>
      admin.query('select 1 from credentials where user_id = $1', [id]),
    );
    expect(rows).toEqual([]);
    await world.nobody.post('/v1/sessions', { email, password: PASSWORD }).expect(401);
    const { body, headers: given } = await signIn(device);
    const cookie = given['set-cookie']?.[0]?.split(';')[0] ?? '';
    const tab = await world.nobody
      .send('post', '/v1/browser-sessions/current/tabs', {}, { Cookie: cookie, 'X-CSRF-Token': body.csrf_token })
      .expect(201);
    await (await world.as(tab.body.access_token).enterAccount(modern.id)).get('/v1/account').expect(200);
  });

  test('whoever has no passkey keeps their password', async () => {
    const { raised } = await withTotp();
    expect((await raised.send('delete', '/v1/me/password').expect(409)).body.code).toBe('passkey_missing');
  });
});

describe('AUT-03 factors are looked after', () => {
  test('listed, renamed, replaced and removed; with the last one its recovery codes go', async () => {
    const { raised, factorId, recoveryCodes, email } = await withTotp();
    await raised.send('patch', `/v1/me/factors/${factorId}`, { name: 'Old phone' }).expect(204);
    const { body } = await raised.post('/v1/me/factors/totp', { name: 'New phone' }).expect(201);
    const confirmed = await raised
      .post(`/v1/me/factors/${body.factor_id}/confirm`, { code: await codeOf(body.secret) })
      .expect(200);
    expect(confirmed.body.recovery_codes).toEqual([]);
    await raised.send('delete', `/v1/me/factors/${factorId}`).expect(204);
    expect((await raised.get('/v1/me/factors')).body).toMatchObject({
      items: [{ kind: 'totp', name: 'New phone' }],
      recovery_codes_left: 10,
    });
    await raised.send('delete', `/v1/me/factors/${body.factor_id}`).expect(204);
    expect((await raised.get('/v1/me/factors')).body).toEqual({ items: [], recovery_codes_left: 0 });
    await prove(await world.signIn(email), 'recovery_code', recoveryCodes[0] ?? '').expect(403);
  });

  test('whoever has one changes them with it alone: a password is not enough', async () => {
    const { email, factorId } = await withTotp();
    const weak = await world.signIn(email);
    for (const send of [
      () => weak.send('delete', `/v1/me/factors/${factorId}`),
      () => weak.send('patch', `/v1/me/factors/${factorId}`, { name: 'Mine' }),
      () => weak.post('/v1/me/factors/totp', { name: 'Another' }),
      () => weak.post('/v1/me/factors/email'),
      () => weak.post('/v1/me/factors/passkey/options'),
      () => weak.post('/v1/me/recovery-codes'),
      () => weak.send('delete', '/v1/me/password'),
      () => weak.post('/v1/me/password', { current_password: PASSWORD, new_password: 'a phrase of a thief' }),
      () => weak.post('/v1/me/sessions/end-others'),
    ]) {
      const { status, body } = await send();
      expect([status, body.code, body.acr]).toEqual([403, 'step_up_needed', '2']);
    }
  });

  test('a password does not make a proof by factor fresh again', async () => {
    const { raised, factorId } = await withTotp();
    const old = await asIfAged(raised, 601);
    await asOperator(world.databases.adminUrlOf('directory'), (admin) =>
      admin.query("update sign_in_sessions set authenticated_at = authenticated_at - interval '601 s' where id = $1", [
        claims(raised)['sid'],
      ]),
    );
    const { body } = await old.post('/v1/me/reauthentication', { current_password: PASSWORD }).expect(201);
    expect((await world.as(body.access_token).send('delete', `/v1/me/factors/${factorId}`).expect(403)).body.code).toBe(
      'step_up_needed',
    );
  });

  test('codes to recover with are made for whoever has something to recover', async () => {
    const { client } = await somebody();
    expect((await client.post('/v1/me/recovery-codes').expect(409)).body.code).toBe('factor_missing');
  });

  test('sensitive acts ask again after ten minutes, and a proof opens them', async () => {
    const { user, memberId } = await acme.addMember('viewer');
    const owner = await world.account('Own').then((own) => ({ own, user }));
    const { memberId: heir } = await owner.own.addMember('admin', { user });
    const client = await owner.own.ownerClient();
    const old = await asIfAged(client, 601);
    const { body } = await old.post('/v1/account/transfer-ownership', { member_id: heir }).expect(403);
    expect(body).toMatchObject({ code: 'step_up_needed', max_age: 600 });
    expect((await old.post('/v1/me/reauthentication', { current_password: 'not it' }).expect(403)).body.code).toBe(
      'wrong_password',
    );
    const proved = await old.post('/v1/me/reauthentication', { current_password: PASSWORD }).expect(201);
    await world.as(proved.body.access_token).post('/v1/account/transfer-ownership', { member_id: heir }).expect(204);
    expect(memberId).not.toBe(heir);
  });

  test('nobody touches the factor of somebody else', async () => {
    const [mine, theirs] = [await withTotp(), await withTotp()];
    for (const send of [
      (id: string) => mine.raised.send('delete', `/v1/me/factors/${id}`),
      (id: string) => mine.raised.send('patch', `/v1/me/factors/${id}`, { name: 'Mine' }),
      (id: string) => mine.raised.post(`/v1/me/factors/${id}/confirm`, { code: '000000' }),
    ])
      expect(comparable(await send(theirs.factorId))).toEqual(comparable(await send(newId()).expect(404)));
  });
});

/** The token of a client, as if its person had proved who they are so many seconds ago. */
async function asIfAged(client: Client, age: number): Promise<Client> {
  const [signing] = world.tokens.keys;
  if (!signing) throw new Error('No key signs tokens.');
  const header = { alg: 'HS256', typ: 'at+jwt', kid: signing.id } as const;
  const { auth_time: at, ...rest } = claims(client);
  return world.as(jwt.sign({ ...rest, auth_time: Number(at) - age }, signing.key, { header, keyid: signing.id }));
}
