import { asOperator } from '#libs/database';
import { type Client, PASSWORD, SoftAuthenticator, type World, type WorldAccount } from '#libs/testing';
import { openWorld } from './open-world.js';

let world: World;
let acme: WorldAccount;

beforeAll(async () => {
  world = await openWorld();
  acme = await world.account('Acme');
});
afterAll(() => world.close());

/** Gives the person of a client a passkey. @returns the device, and the client that comes with the proof */
async function addPasskey(client: Client): Promise<{ device: SoftAuthenticator; raised: Client }> {
  const device = new SoftAuthenticator();
  const { body } = await client.post('/v1/me/factors/passkey/options').expect(201);
  const made = { challenge: body.challenge_id, name: 'Device', response: device.create(body.options) };
  const added = await client.post('/v1/me/factors/passkey', made).expect(201);
  return { device, raised: world.as(added.body.access_token) };
}

/** Proves with a passkey. @returns the answer */
async function prove(client: Client, device: SoftAuthenticator) {
  const { body } = await client.post('/v1/me/second-factor/passkey/options').expect(201);
  const signed = { challenge: body.challenge_id, response: device.get(body.options) };
  return client.post('/v1/me/second-factor/passkey', signed).expect(201);
}

/** Lets the last proof of a person be older than ten minutes. */
async function age(client: Client, userId: string): Promise<Client> {
  await asOperator(world.databases.adminUrlOf('directory'), (admin) =>
    admin.query("update sign_in_sessions set authenticated_at = now() - interval '11 minutes' where user_id = $1", [
      userId,
    ]),
  );
  // a fresh token says what the session says
  const { userAgent: _, ...claims } = JSON.parse(
    Buffer.from((client.token ?? '').split('.')[1] ?? '', 'base64url').toString(),
  );
  const [signing] = world.tokens.keys;
  const { default: jwt } = await import('jsonwebtoken');
  const aged = { ...claims, auth_time: Math.floor(Date.now() / 1_000) - 660 };
  return world.as(
    jwt.sign(aged, signing?.key as never, {
      keyid: signing?.id ?? '',
      header: { alg: 'HS256', typ: 'at+jwt' } as never,
    }),
  );
}

describe('A3 AUT-03 a person who has a second factor is asked for it', () => {
  test('on entering an account that demands none; the password alone enters only who has none', async () => {
    const { user } = await acme.addMember('admin');
    const plain = await world.signIn(user.email);
    await plain.post(`/v1/me/accounts/${acme.id}/enter`).expect(201);
    const { device } = await addPasskey(await world.signIn(user.email));
    const again = await world.signIn(user.email);
    const { body } = await again.post(`/v1/me/accounts/${acme.id}/enter`).expect(403);
    expect(body).toMatchObject({ code: 'second_factor_needed', acr: '2' });
    const { body: raised } = await prove(again, device);
    await world.as(raised.access_token).post(`/v1/me/accounts/${acme.id}/enter`).expect(201);
  });

  test('again, before what a stolen session must not do: transfer, roles above Member, export of the trail', async () => {
    const account = await world.account('Guarded');
    const { memberId } = await account.addMember('viewer');
    const { raised } = await addPasskey(await world.signIn(account.owner.email));
    const fresh = await raised.enterAccount(account.id);
    const stale = await age(fresh, account.owner.id);
    const invite = (client: Client, role: string) =>
      client.post('/v1/account/invitations', { email: `${role}.${Math.random()}@example.com`, role });
    const update = (client: Client, role: string, version: string) =>
      client.send('patch', `/v1/account/members/${memberId}`, { role }, { 'If-Match': version });
    const put = (client: Client, role: string) =>
      client.send('put', `/v1/account/members/${memberId}/workspaces/${account.workspaces[0]?.id}`, { role });
    for (const attempt of [
      stale.post('/v1/account/transfer-ownership', { member_id: memberId }),
      stale.get('/v1/account/audit-entries/export?format=csv'),
      invite(stale, 'admin'),
      stale.post('/v1/account/invitations/bulk', { addresses: 'a@example.com', role: 'developer' }),
      update(stale, 'admin', '"v1"'),
      put(stale, 'developer'),
    ])
      expect((await attempt.expect(403)).body).toMatchObject({ code: 'step_up_needed', acr: '2' });
    // what gives no more than Member does not ask, and reading does not
    await invite(stale, 'viewer').expect(201);
    await stale.get('/v1/account/audit-entries').expect(200);
    await invite(fresh, 'admin').expect(201);
    await fresh.get('/v1/account/audit-entries/export?format=csv').expect(200);
    await update(fresh, 'developer', '"v1"').expect(200);
    await put(fresh, 'developer').expect(200);
    await fresh.post('/v1/account/transfer-ownership', { member_id: memberId }).expect(204);
  });
});

describe('A7 AUT-07 a proof replaces what was held before it', () => {
  test('the cookie of a browser: a copy of the one before opens nothing, and its CSRF token goes with nothing', async () => {
    const { user } = await acme.addMember('member');
    const signedIn = await world.nobody
      .post('/v1/browser-sessions', { email: user.email, password: PASSWORD })
      .expect(201);
    const cookieOf = (headers: Record<string, unknown>) =>
      String((headers['set-cookie'] as string[])[0]).split(';')[0] ?? '';
    const old = { Cookie: cookieOf(signedIn.headers), 'X-CSRF-Token': signedIn.body.csrf_token as string };
    const openTab = (headers: Record<string, string>) =>
      world.nobody.send('post', '/v1/browser-sessions/current/tabs', {}, headers);
    const tab = await openTab(old).expect(201);
    const { body } = await world.as(tab.body.access_token).post('/v1/me/factors/passkey/options').expect(201);
    const added = await world
      .as(tab.body.access_token)
      .post('/v1/me/factors/passkey', {
        challenge: body.challenge_id,
        name: 'Device',
        response: new SoftAuthenticator().create(body.options),
      })
      .expect(201);
    expect(added.body.refresh_token).toBeUndefined();
    await openTab(old).expect(401);
    const fresh = { Cookie: cookieOf(added.headers), 'X-CSRF-Token': added.body.csrf_token as string };
    expect(fresh.Cookie).not.toBe(old.Cookie);
    await openTab({ ...fresh, 'X-CSRF-Token': old['X-CSRF-Token'] }).expect(403);
    const raised = await openTab(fresh).expect(201);
    await world.as(raised.body.access_token).enterAccount(acme.id);
  });

  test('the refresh token of a program: the one before ends the sign-in, the new one renews it', async () => {
    const { user } = await acme.addMember('member');
    const refresh = (token: string) => world.nobody.post('/v1/sessions/refresh', { refresh_token: token });
    const signIn = () => world.nobody.post('/v1/sessions', { email: user.email, password: PASSWORD }).expect(201);
    const first = await signIn();
    const { device } = await addPasskey(world.as(first.body.access_token));
    const second = await signIn();
    const proved = await prove(world.as(second.body.access_token), device);
    const renewed = await refresh(proved.body.refresh_token).expect(201);
    await world.as(renewed.body.access_token).enterAccount(acme.id);
    await refresh(second.body.refresh_token).expect(401);
    // somebody holds a copy: nobody goes on
    await refresh(renewed.body.refresh_token).expect(401);
  });
});
