import { newId } from '#libs/context';
import { asOperator } from '#libs/database';
import { comparable, PASSWORD, type World, type WorldAccount } from '#libs/testing';
import jwt from 'jsonwebtoken';
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

const COOKIE = /^__Host-bulkhead=([^;]+)/;

/** A browser: it keeps the cookie, and its page keeps the CSRF token. */
class Browser {
  constructor(
    readonly cookie: string,
    readonly csrf: string,
  ) {}

  static async signIn(email: string, before?: Browser): Promise<Browser> {
    const { body, headers } = await world.nobody
      .send('post', '/v1/browser-sessions', { email, password: PASSWORD }, before && { Cookie: before.sent })
      .expect(201);
    const [, value = ''] = COOKIE.exec(headers['set-cookie']?.[0] ?? '') ?? [];
    return new Browser(value, body.csrf_token);
  }

  get sent(): string {
    return `__Host-bulkhead=${this.cookie}`;
  }

  send(method: 'get' | 'post' | 'delete', path: string, body?: unknown, csrf = this.csrf) {
    return world.nobody.send(method, path, body, { Cookie: this.sent, 'X-CSRF-Token': csrf });
  }

  async tab(tabId?: string) {
    const { body } = await this.send(
      'post',
      '/v1/browser-sessions/current/tabs',
      tabId ? { tab_id: tabId } : {},
    ).expect(201);
    return Object.assign(world.as(body.access_token), { tabId: body.tab_id as string });
  }
}

/** A person in two accounts. */
async function somebody() {
  const { user } = await acme.addMember('developer');
  await overseas.addMember('viewer', { user });
  return user;
}

const set = async (account: WorldAccount, settings: object) => {
  const owner = await account.ownerClient();
  const { headers } = await owner.get('/v1/account').expect(200);
  await owner.send('patch', '/v1/account/settings', settings, { 'If-Match': headers['etag'] ?? '' }).expect(200);
};

describe('AUT-07 the cookie of a browser', () => {
  test('is for this host alone, for no script, over TLS, for no other site, and is no token', async () => {
    const { email } = acme.owner;
    const { headers, body } = await world.nobody
      .post('/v1/browser-sessions', { email, password: PASSWORD })
      .expect(201);
    const [cookie = '', ...more] = headers['set-cookie'] ?? [];
    expect(more).toEqual([]);
    const attributes = cookie.split('; ').slice(1).sort();
    expect(attributes).toEqual(['HttpOnly', 'Path=/', 'SameSite=Strict', 'Secure']);
    expect(JSON.stringify(body)).not.toContain(COOKIE.exec(cookie)?.[1]);
    expect(body).toEqual({
      user: { id: acme.owner.id, name: acme.owner.name, email },
      csrf_token: expect.any(String),
      second_factors: [],
    });
    await world.nobody.send('get', '/v1/me', undefined, { Cookie: cookie }).expect(401);
  });

  test('is another one after every sign-in, and the one before is dead', async () => {
    const first = await Browser.signIn(acme.owner.email);
    const tab = await first.tab();
    const second = await Browser.signIn(acme.owner.email, first);
    expect(second.cookie).not.toBe(first.cookie);
    await first.send('get', '/v1/browser-sessions/current').expect(401);
    await tab.get('/v1/me').expect(401);
    await second.send('get', '/v1/browser-sessions/current').expect(200);
  });

  test('B24 does nothing without the CSRF token, nor with that of another session', async () => {
    const [mine, other] = [await Browser.signIn(acme.owner.email), await Browser.signIn(acme.owner.email)];
    for (const csrf of ['', other.csrf, `${mine.csrf}x`]) {
      const { body } = await mine.send('post', '/v1/browser-sessions/current/tabs', {}, csrf).expect(403);
      expect(body.code).toBe('csrf_refused');
      await mine.send('delete', '/v1/browser-sessions/current', undefined, csrf).expect(403);
    }
    await mine.tab();
  });

  test('a page that was loaded anew gets its CSRF token again', async () => {
    const browser = await Browser.signIn(acme.owner.email);
    const { body } = await browser.send('get', '/v1/browser-sessions/current').expect(200);
    expect(body.csrf_token).toBe(browser.csrf);
  });

  test.each([
    ['that was made up', () => `${newId()}.${'x'.repeat(43)}`],
    [
      'with another secret',
      async () => `${(await Browser.signIn(acme.owner.email)).cookie.slice(0, 36)}.${'x'.repeat(43)}`,
    ],
    ['that is none', () => 'nonsense'],
  ])('a cookie %s is refused like none', async (_, make) => {
    const none = await world.nobody.get('/v1/browser-sessions/current');
    const answer = await world.nobody.send('get', '/v1/browser-sessions/current', undefined, {
      Cookie: `__Host-bulkhead=${await make()}`,
    });
    expect(comparable(answer)).toEqual(comparable(none));
    expect(answer.status).toBe(401);
  });

  test('after signing out, what the Back button shows can do nothing', async () => {
    const browser = await Browser.signIn(acme.owner.email);
    const tab = await (await browser.tab()).enterAccount(acme.id);
    const { headers } = await browser.send('delete', '/v1/browser-sessions/current').expect(200);
    expect(headers['set-cookie']?.[0]).toMatch(/^__Host-bulkhead=; .*Expires=Thu, 01 Jan 1970/);
    await tab.get('/v1/account').expect(401);
    await browser.send('post', '/v1/browser-sessions/current/tabs', {}).expect(401);
    const { headers: kept } = await tab.get('/v1/account');
    expect(kept['cache-control']).toBe('no-store');
  });
});

describe('TEN-08 tabs', () => {
  test('stand where they were when they come for a fresh token, each in its own place', async () => {
    const browser = await Browser.signIn((await somebody()).email);
    const [one, two] = [await browser.tab(), await browser.tab()];
    const here = await (await one.enterAccount(acme.id)).enterWorkspace(acme.workspaces[0]?.id ?? '');
    await two.enterAccount(overseas.id);
    const again = await browser.tab(one.tabId);
    expect((await again.get('/v1/documents').expect(200)).body.items[0].id).toBe(acme.workspaces[0]?.documentId);
    expect((await (await browser.tab(two.tabId)).get('/v1/account').expect(200)).body.name).toBe('Overseas');
    // the same session, so that the token before is good as long as it lasts
    await here.get('/v1/documents').expect(200);
    expect(claims(again.token).asid).toBe(claims(here.token).asid);
  });

  test('switching one leaves the others alone, and what it left is dead at once', async () => {
    const browser = await Browser.signIn((await somebody()).email);
    const one = await (await browser.tab()).enterAccount(acme.id);
    const two = await (await browser.tab()).enterAccount(acme.id);
    const there = await one.enterAccount(overseas.id);
    await one.get('/v1/account').expect(401);
    await two.get('/v1/account').expect(200);
    await there.get('/v1/account').expect(200);
  });

  test('a token from before a switch can enter again, and the place it enters is the only one of its tab', async () => {
    const browser = await Browser.signIn((await somebody()).email);
    const tab = await browser.tab();
    const [here, there] = [await tab.enterAccount(acme.id), await tab.enterAccount(overseas.id)];
    await here.get('/v1/account').expect(401);
    await there.get('/v1/account').expect(200);
  });

  test('a duplicated one that switches at the same time leaves one session, and that is alive', async () => {
    const user = await somebody();
    const browser = await Browser.signIn(user.email);
    const { tabId } = await browser.tab();
    for (let round = 0; round < 6; round += 1) {
      const [one, two] = [await browser.tab(tabId), await browser.tab(tabId)];
      const answers = await Promise.all([
        one.post(`/v1/me/accounts/${acme.id}/enter`),
        two.post(`/v1/me/accounts/${overseas.id}/enter`),
      ]);
      // the second loses, or comes after the first and leaves where that went
      const entered = answers.filter(({ status }) => status === 201).map(({ body }) => world.as(body.access_token));
      expect(answers.every(({ status }) => status === 201 || status === 401)).toBe(true);
      const alive = await Promise.all(entered.map(async (tab) => (await tab.get('/v1/account')).status));
      expect(alive.filter((status) => status === 200)).toHaveLength(1);
      expect(await sessionsOf(user.id)).toBe(1);
    }
  });

  test('in an account that switches strictly, one switch ends them all', async () => {
    const user = await somebody();
    const strict = await world.account('Strict');
    await strict.addMember('viewer', { user });
    await set(strict, { strict_switching: true });
    const browser = await Browser.signIn(user.email);
    const elsewhere = await (await Browser.signIn(user.email)).tab().then((tab) => tab.enterAccount(acme.id));
    const one = await (await browser.tab()).enterAccount(acme.id);
    const two = await (await browser.tab()).enterAccount(overseas.id);
    const there = await one.enterAccount(strict.id);
    await two.get('/v1/account').expect(401);
    await there.get('/v1/account').expect(200);
    const third = await (await browser.tab()).enterAccount(acme.id);
    await third.get('/v1/account').expect(200);
    // away from it as well
    const back = await there.enterAccount(overseas.id);
    await third.get('/v1/account').expect(401);
    await back.get('/v1/account').expect(200);
    // another device is another sign-in
    await elsewhere.get('/v1/account').expect(200);
  });
});

describe('AUT-07 sessions end by themselves', () => {
  const later = (minutes: number) =>
    Promise.all([run('directory', 'sign_in_sessions', minutes), run('eu-west-1', 'account_sessions', minutes)]);
  const run = (database: string, table: string, minutes: number) =>
    asOperator(world.databases.adminUrlOf(database), (admin) =>
      admin.query(
        `update ${table} set started_at = started_at - $1 * interval '1 minute', expires_at = expires_at - $1 * interval '1 minute',
           ends_at = ends_at - $1 * interval '1 minute' where ended_at is null`,
        [minutes],
      ),
    );

  test('without use, and use prolongs them up to an end that stays', async () => {
    const browser = await Browser.signIn(acme.owner.email);
    const { tabId } = await browser.tab();
    const tab = await (await browser.tab(tabId)).enterAccount(acme.id);
    for (let hour = 0; hour < 11; hour += 1) {
      await later(60);
      await (await browser.tab(tabId)).get('/v1/account').expect(200);
    }
    await later(61);
    await browser.send('post', '/v1/browser-sessions/current/tabs', { tab_id: tabId }).expect(401);
    await tab.get('/v1/account').expect(401);

    const idle = await Browser.signIn(acme.owner.email);
    await later(119);
    await idle.tab();
    await later(121);
    await idle.send('post', '/v1/browser-sessions/current/tabs', {}).expect(401);
  });

  test('as an account says, which changes nothing elsewhere', async () => {
    const user = await somebody();
    const brief = await world.account('Brief');
    await brief.addMember('viewer', { user });
    await set(brief, { session_idle_minutes: 10, session_minutes: 30 });
    const browser = await Browser.signIn(user.email);
    const { tabId } = await browser.tab();
    const inBrief = await (await browser.tab(tabId)).enterAccount(brief.id);
    // a token lasts half as long at most as the session may go unused
    const { exp, iat } = claims(inBrief.token);
    expect(exp - iat).toBe(300);
    const other = await (await browser.tab()).enterAccount(acme.id);
    for (let turn = 0; turn < 3; turn += 1) {
      await later(9);
      await (await browser.tab(tabId)).get('/v1/account').expect(200);
    }
    await later(4);
    // the person is still signed in, and enters again
    const after = await browser.tab(tabId);
    expect((await after.get('/v1/account').expect(409)).body.code).toBe('account_not_entered');
    await other.get('/v1/account').expect(200);
    await (await after.enterAccount(brief.id)).get('/v1/account').expect(200);
  });

  test('what was shortened meanwhile is obeyed when a token is renewed', async () => {
    const changed = await world.account('Changed');
    const browser = await Browser.signIn(changed.owner.email);
    const { tabId } = await browser.tab();
    await (await browser.tab(tabId)).enterAccount(changed.id);
    await later(20);
    await set(changed, { session_minutes: 15 });
    await (await browser.tab(tabId)).get('/v1/account').expect(409);
  });

  test.each([[{ session_idle_minutes: 4 }], [{ session_minutes: 43_201 }], [{ strict_switching: 'yes' }]])(
    'an account cannot say %p',
    async (settings) => {
      const owner = await acme.ownerClient();
      await owner.send('patch', '/v1/account/settings', settings, { 'If-Match': '"v1"' }).expect(400);
    },
  );
});

describe('B9 refresh tokens of programs', () => {
  const program = async (email = acme.owner.email) =>
    (await world.nobody.post('/v1/sessions', { email, password: PASSWORD }).expect(201)).body as {
      access_token: string;
      refresh_token: string;
    };
  const refresh = (token: string) => world.nobody.post('/v1/sessions/refresh', { refresh_token: token });

  test('give a fresh token for the same place, once', async () => {
    const { access_token: first, refresh_token: token } = await program();
    await (await world.as(first).enterAccount(acme.id)).enterWorkspace(acme.workspaces[1]?.id ?? '');
    const { body } = await refresh(token).expect(201);
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 900,
      account_id: acme.id,
      workspace_id: acme.workspaces[1]?.id,
      refresh_token: expect.stringMatching(/^bh_rt_/),
    });
    expect((await world.as(body.access_token).get('/v1/documents').expect(200)).body.items[0].id).toBe(
      acme.workspaces[1]?.documentId,
    );
  });

  test('are kept as hashes alone', async () => {
    const { refresh_token: token } = await program();
    const { rows } = await asOperator(world.databases.adminUrlOf('directory'), (admin) =>
      admin.query<{ text: string }>('select string_agg(c::text, chr(10)) as text from session_clients c'),
    );
    expect(rows[0]?.text).not.toContain(token.split('.')[0]?.slice(-20));
  });

  test('a hundred uses at once make exactly one successor', async () => {
    const { refresh_token: token } = await program();
    const answers = await Promise.all(Array.from({ length: 100 }, () => refresh(token)));
    expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(201));
    const successors = new Set(answers.map(({ body }) => body.refresh_token));
    expect(successors.size).toBe(1);
    await refresh([...successors][0] ?? '').expect(201);
  });

  test('the one before the newest gets the newest again for a moment, and an older one ends the sign-in', async () => {
    const { refresh_token: first } = await program();
    const { refresh_token: second } = (await refresh(first).expect(201)).body;
    expect((await refresh(first).expect(201)).body.refresh_token).toBe(second);
    const { refresh_token: third, access_token: access } = (await refresh(second).expect(201)).body;
    const inside = await world.as(access).enterAccount(acme.id);
    await refresh(first).expect(401);
    await refresh(third).expect(401);
    await inside.get('/v1/account').expect(401);
  });

  test('the one before the newest ends it as well once the moment is over', async () => {
    const { refresh_token: first, access_token: access } = await program();
    const { refresh_token: second } = (await refresh(first).expect(201)).body;
    await asOperator(world.databases.adminUrlOf('directory'), (admin) =>
      admin.query(
        "update session_clients set rotated_at = rotated_at - interval '6 seconds' where rotated_at is not null",
      ),
    );
    await refresh(first).expect(401);
    await refresh(second).expect(401);
    await world.as(access).get('/v1/me').expect(401);
  });

  test('what was never given out ends nothing', async () => {
    const { refresh_token: token, access_token: access } = await program();
    const altered = `${token.slice(0, -1)}${token.endsWith('A') ? 'Q' : 'A'}`;
    const [, client = ''] = /^bh_rt_([0-9a-f-]{36})/.exec(token) ?? [];
    for (const wrong of [altered, `bh_rt_${client}_${'x'.repeat(43)}.${'x'.repeat(22)}`, 'nonsense'])
      await refresh(wrong).expect(401);
    await world.as(access).get('/v1/me').expect(200);
    await refresh(token).expect(201);
  });
});

describe('AUT-07 where I am signed in', () => {
  test('is listed with device and last use, ended one by one, or all but this', async () => {
    const user = await somebody();
    const browser = await Browser.signIn(user.email);
    const here = await (await browser.tab()).enterAccount(acme.id);
    const [there, third] = [await world.signIn(user.email), await world.signIn(user.email)];
    const inside = await there.enterAccount(overseas.id);
    const { items } = (await here.get('/v1/me/sessions').expect(200)).body;
    expect(items).toHaveLength(3);
    expect(items.filter(({ current }: { current: boolean }) => current)).toEqual([
      expect.objectContaining({
        id: claims(here.token).sid,
        kind: 'browser',
        address: expect.any(String),
      }),
    ]);
    expect(items.find(({ id }: { id: string }) => id === claims(there.token).sid)).toMatchObject({ kind: 'program' });
    await here.send('delete', `/v1/me/sessions/${claims(there.token).sid}`).expect(200, { pending_cells: [] });
    await inside.get('/v1/account').expect(401);
    await third.get('/v1/me').expect(200);
    await here.post('/v1/me/sessions/end-others').expect(200, { pending_cells: [] });
    await third.get('/v1/me').expect(401);
    await here.get('/v1/account').expect(200);
    expect((await here.get('/v1/me/sessions').expect(200)).body.items).toHaveLength(1);
  });

  test('nobody ends the session of somebody else', async () => {
    const [mine, theirs] = [await acme.ownerClient(), await overseas.ownerClient()];
    const missing = await mine.send('delete', `/v1/me/sessions/${newId()}`).expect(404);
    const foreign = await mine.send('delete', `/v1/me/sessions/${claims(theirs.token).sid}`);
    expect(comparable(foreign)).toEqual(comparable(missing));
    await theirs.get('/v1/account').expect(200);
  });
});

function claims(token: string | undefined) {
  return jwt.decode(token ?? '') as { sid: string; asid: string; cell: string; exp: number; iat: number };
}

/** How many account sessions of a person are open, in all cells. */
async function sessionsOf(userId: string): Promise<number> {
  const counts = await Promise.all(
    world.databases.connections.cells.map(({ name }) =>
      asOperator(world.databases.adminUrlOf(name), async (admin) => {
        const { rows } = await admin.query<{ open: number }>(
          'select count(*)::int as open from account_sessions where user_id = $1 and ended_at is null',
          [userId],
        );
        return rows[0]?.open ?? 0;
      }),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
