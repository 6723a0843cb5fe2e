import { createHmac } from 'node:crypto';
import { deriveKey } from '#libs/context';
import { asOperator, Directory } from '#libs/database';
import { SignOutCarrier } from '#libs/identity';
import jwt from 'jsonwebtoken';
import { comparable, PASSWORD, type World, type WorldAccount } from '#libs/testing';
import { openWorld } from './open-world.js';

let world: World;
let acme: WorldAccount;
let overseas: WorldAccount;

beforeAll(async () => {
  world = await openWorld();
  acme = await world.account('Acme');
  overseas = await world.account('Overseas', 'us-east-1');
});
afterAll(() => world.close());

describe('AUT-02 signing in with address and password', () => {
  test('works in any spelling of the address, and gives a token that is for no account yet', async () => {
    const client = await world.signIn(` ${acme.owner.email.toUpperCase()} `);
    expect((await client.get('/v1/me').expect(200)).body).toMatchObject({ id: acme.owner.id, email: acme.owner.email });
    expect((await client.get('/v1/account').expect(409)).body.code).toBe('account_not_entered');
  });

  test('B14 AUT-08 a wrong password and an unknown address get the same answer', async () => {
    const wrong = await world.nobody.post('/v1/sessions', { email: acme.owner.email, password: 'not the password' });
    const unknown = await world.nobody.post('/v1/sessions', { email: 'nobody@example.com', password: PASSWORD });
    expect(wrong.status).toBe(401);
    expect(comparable(unknown)).toEqual(comparable(wrong));
  });

  test('AUT-08 an unknown address takes as long as a wrong password', async () => {
    const time = async (email: string) => {
      const began = performance.now();
      await world.nobody.post('/v1/sessions', { email, password: 'not the password' });
      return performance.now() - began;
    };
    const [known, unknown]: [number[], number[]] = [[], []];
    for (let round = 0; round < 9; round += 1) {
      known.push(await time(acme.owner.email));
      unknown.push(await time('nobody@example.com'));
    }
    const median = (times: number[]) => times.sort((a, b) => a - b)[4] as number;
    // hashing takes tens of milliseconds; without it an answer takes a few
    expect(median(unknown) / median(known)).toBeGreaterThan(0.6);
    expect(median(unknown) / median(known)).toBeLessThan(1.6);
  });
});

describe('AUT-01 B10 tokens', () => {
  const claimsOf = (token: string) => jwt.decode(token) as jwt.JwtPayload;
  const key = () => deriveKey(world.databases.connections.secret, 'token');
  const header = { alg: 'HS256', typ: 'at+jwt', kid: 'derived' } as const;
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  async function forge(
    change: (claims: jwt.JwtPayload) => { claims?: object; header?: object; secret?: string },
  ): Promise<string> {
    const { token } = await acme.ownerClient();
    const claims = claimsOf(token as string);
    const changed = change(claims);
    const text = `${part({ ...header, ...changed.header })}.${part({ ...claims, ...changed.claims })}`;
    const mac = changed.secret === undefined ? createHmac('sha256', key()) : createHmac('sha256', changed.secret);
    return `${text}.${mac.update(text).digest('base64url')}`;
  }

  test('a token made like ours is accepted (the control)', async () => {
    await world
      .as(await forge(() => ({})))
      .get('/v1/account')
      .expect(200);
  });

  test.each([
    [
      'of algorithm none',
      async () => `${(await forge(() => ({ header: { alg: 'none' } }))).split('.').slice(0, 2).join('.')}.`,
    ],
    ['of another algorithm', () => forge(() => ({ header: { alg: 'HS512' } }))],
    ['of an asymmetric algorithm', () => forge(() => ({ header: { alg: 'RS256' } }))],
    ['with a wrong signature', () => forge(() => ({ secret: 'guess' }))],
    ['of an unknown key', () => forge(() => ({ header: { kid: 'other' } }))],
    [
      'that brings its own key',
      () => forge(() => ({ header: { kid: undefined, jwk: { kty: 'oct', k: 'Z3Vlc3M' } }, secret: 'guess' })),
    ],
    ['of another type', () => forge(() => ({ header: { typ: 'JWT' } }))],
    ['of another audience', () => forge(() => ({ claims: { aud: 'another-api' } }))],
    ['of another issuer', () => forge(() => ({ claims: { iss: 'another' } }))],
    ['that expired', () => forge(() => ({ claims: { exp: Math.floor(Date.now() / 1000) - 1 } }))],
    ['without subject', () => forge(() => ({ claims: { sub: undefined } }))],
    ['for an account that its session is not of', () => forge(() => ({ claims: { acc: overseas.id } }))],
    ['for a cell that does not hold the account', () => forge(() => ({ claims: { cell: 'us-east-1' } }))],
    ['of another person', () => forge(() => ({ claims: { sub: overseas.owner.id } }))],
    ['that is none', async () => 'nonsense'],
    ['whose claims are not JSON', async () => `${part({ alg: 'HS256', typ: 'JWT' })}.bm90anNvbg.c2ln`],
    ['whose key id is no text', () => forge(() => ({ header: { kid: ['derived'] } }))],
  ])('a token %s is refused with the one 401', async (_, make) => {
    const refused = comparable(await world.nobody.get('/v1/account'));
    expect(comparable(await world.as(await make()).get('/v1/account'))).toEqual(refused);
  });

  test('RES-03 a token that names a cell we do not have is refused, and no other cell is asked', async () => {
    const { status, body } = await world.as(await forge(() => ({ claims: { cell: 'mars-1' } }))).get('/v1/account');
    expect({ status, code: body.code }).toEqual({ status: 401, code: 'account_moved' });
  });
});

describe('TEN-07 TEN-08 one person, many accounts', () => {
  test('lists the accounts of both regions, and switching ends the session left, at once', async () => {
    const { user } = await acme.addMember('developer');
    await overseas.addMember('viewer', { user });
    const signedIn = await world.signIn(user.email);
    const { body } = await signedIn.get('/v1/me/accounts').expect(200);
    expect(body.items).toEqual(
      expect.arrayContaining([
        { account_id: acme.id, name: 'Acme', role: 'developer', region: 'eu-west-1', available: true },
        { account_id: overseas.id, name: 'Overseas', role: 'viewer', region: 'us-east-1', available: true },
      ]),
    );
    const here = await signedIn.enterAccount(acme.id);
    const otherTab = await (await world.signIn(user.email)).enterAccount(acme.id);
    await here.get('/v1/account').expect(200);
    const there = await here.enterAccount(overseas.id);
    expect((await there.get('/v1/account').expect(200)).body.name).toBe('Overseas');
    for (const path of ['/v1/account', '/v1/me']) await here.get(path).expect(401);
    await otherTab.get('/v1/account').expect(200);
    // the trail of each account has its own side of it
    const trail = async (account: WorldAccount) =>
      (await (await account.ownerClient()).get('/v1/account/audit-entries?kind=acts&outcome=succeeded')).body.items
        .filter(({ actor_user_id: id }: { actor_user_id: string }) => id === user.id)
        .map(({ action }: { action: string }) => action);
    expect(await trail(acme)).toEqual(['account.switch_away', 'account.enter', 'account.enter']);
    expect(await trail(overseas)).toEqual(['account.enter']);
  });

  test('two workspaces in two tabs do not bleed', async () => {
    const [first, second] = acme.workspaces;
    const owner = await acme.ownerClient();
    const [one, two] = [await owner.enterWorkspace(first?.id ?? ''), await owner.enterWorkspace(second?.id ?? '')];
    const seen = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? one : two).get('/v1/documents')),
    );
    for (const [index, { body }] of seen.entries()) {
      expect(body.items.map(({ id }: { id: string }) => id)).toEqual([(index % 2 ? first : second)?.documentId]);
    }
    expect((await owner.get(`/v1/account/workspaces/${second?.id}`)).body.last_entered).toBe(true);
    expect((await owner.get(`/v1/account/workspaces/${first?.id}`)).body.last_entered).toBe(false);
  });
});

describe('signing out', () => {
  test('B8 ends every token under the sign-in, in every cell, and leaves other sign-ins alone', async () => {
    const { user } = await acme.addMember('developer');
    await overseas.addMember('viewer', { user });
    const signedIn = await world.signIn(user.email);
    const elsewhere = await (await world.signIn(user.email)).enterAccount(acme.id);
    const here = await signedIn.enterAccount(acme.id);
    expect((await here.send('delete', '/v1/sessions/current').expect(200)).body).toEqual({ pending_cells: [] });
    await here.get('/v1/account').expect(401);
    await signedIn.get('/v1/me').expect(401);
    await elsewhere.get('/v1/account').expect(200);
  });

  test('B8 entering an account while signing out leaves no session behind', async () => {
    for (let round = 0; round < 12; round += 1) {
      const signedIn = await world.signIn(acme.owner.email);
      const entering = signedIn.post(`/v1/me/accounts/${acme.id}/enter`).then((answer) => answer);
      await new Promise((resolve) => setTimeout(resolve, round / 2));
      await signedIn.send('delete', '/v1/sessions/current').expect(200);
      const { body } = await entering;
      if (body.access_token) await world.as(body.access_token).get('/v1/account').expect(401);
    }
  });

  test('of two switches at once from one session one succeeds', async () => {
    const here = await (await world.signIn(acme.owner.email)).enterAccount(acme.id);
    const enter = () => here.post(`/v1/me/accounts/${acme.id}/enter`);
    const answers = await Promise.all([enter(), enter()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 401]);
  });

  test('cells that are gone for good do not keep a sign-out from the others', async () => {
    await asOperator(world.databases.adminUrlOf('directory'), async (admin) => {
      await admin.query(
        "insert into account_pointers (account_id, cell, status) values (gen_random_uuid(), 'gone', 'active')",
      );
      await admin.query(
        `with sessions as (
          insert into sign_in_sessions (id, user_id, expires_at, ends_at)
          select gen_random_uuid(), $1, now() + interval '1 hour', now() + interval '1 hour' from generate_series(1, 250) returning id)
        insert into pending_sign_outs (sign_in_session_id, account_id, user_id, created_at)
        select s.id, p.account_id, $1, now() - interval '1 hour' from sessions s, account_pointers p where p.cell = 'gone'`,
        [overseas.owner.id],
      );
    });
    const here = await (await world.signIn(acme.owner.email)).enterAccount(acme.id);
    expect((await here.send('delete', '/v1/sessions/current').expect(200)).body).toEqual({ pending_cells: [] });
    await here.get('/v1/account').expect(401);
    await asOperator(world.databases.adminUrlOf('directory'), (admin) =>
      admin.query(
        "delete from pending_sign_outs where account_id in (select account_id from account_pointers where cell = 'gone')",
      ),
    );
  });

  test('a sign-out that was not carried to a cell is kept until it is', async () => {
    const signedIn = await world.signIn(acme.owner.email);
    const here = await signedIn.enterAccount(acme.id);
    const { sid, sub } = jwt.decode(here.token as string) as { sid: string; sub: string };
    // the process died between the directory and the cell
    await world.app.get(Directory).call('end_sign_in_session', { sessionId: sid, ofUser: sub });
    await here.get('/v1/account').expect(200);
    expect(await world.app.get(Directory).call('list_pending_sign_outs', { ofUser: null, most: 10 })).toMatchObject([
      { sign_in_session_id: sid, account_id: acme.id },
    ]);
    // what the carrier does every few seconds
    await world.app.get(SignOutCarrier).carry();
    await here.get('/v1/account').expect(401);
    expect(await world.app.get(Directory).call('list_pending_sign_outs', { ofUser: null, most: 10 })).toEqual([]);
  });
});

test('B8 a member who was removed and is added again has none of the sessions from before', async () => {
  const { user, memberId } = await acme.addMember('member');
  const before = await (await world.signIn(user.email)).enterAccount(acme.id);
  await before.get('/v1/account').expect(200);
  await (await acme.ownerClient()).send('delete', `/v1/account/members/${memberId}`).expect(204);
  await before.get('/v1/account').expect(401);
  await acme.addMember('member', { user });
  await before.get('/v1/account').expect(401);
  const anew = await (await world.signIn(user.email)).enterAccount(acme.id);
  await anew.get('/v1/account').expect(200);
});
