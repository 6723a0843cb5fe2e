import { asOperator } from '#libs/database';
import { SignInLimits } from '#libs/identity';
import { PASSWORD, type World, testKey } from '#libs/testing';
import { asOperatorOf, openWorld } from './open-world.js';

// the guard's strategies are of the process: one world at a time, or one key for all
const TOKEN_KEYS = `test:${testKey('throttling')}`;
const TRUSTED_PROXIES = '127.0.0.1,::1,::ffff:127.0.0.1';
const from = (address: string) => ({ 'X-Forwarded-For': address });

async function inWorld(variables: Record<string, string>, work: (world: World) => Promise<void>): Promise<void> {
  const world = await openWorld({ TOKEN_KEYS, TRUSTED_PROXIES, ...variables });
  try {
    await work(world);
  } finally {
    await world.close();
  }
}
const signIn = (world: World, email: string, password: string, address: string) =>
  world.nobody.send('post', '/v1/sessions', { email, password }, from(address));
const later = (world: World, seconds: number) =>
  asOperator(world.databases.adminUrlOf('directory'), async (admin) => {
    await admin.query(
      "update sign_in_attempts set last_at = last_at - $1 * interval '1 s', since = since - $1 * interval '1 s'",
      [seconds],
    );
    await admin.query("update blocked_addresses set until = until - $1 * interval '1 s'", [seconds]);
  });

describe.each(['memory', 'postgres'])('API-01 API-02 API-03 requests are counted in %s', (THROTTLE_STORE) => {
  test('by person for those with a token, all of their sign-ins together; each answer says what is left', () =>
    inWorld({ THROTTLE_STORE, PERSON_REQUESTS_PER_HOUR: '5' }, async (world) => {
      const { email } = await world.person('Busy');
      const [busy, again] = [await world.signIn(email), await world.signIn(email)];
      const quiet = await world.signIn((await world.person('Quiet')).email);
      for (let left = 4; left >= 0; left -= 1) {
        const { headers } = await (left % 2 ? busy : again).get('/v1/me').expect(200);
        expect(headers['ratelimit']).toMatch(new RegExp(`^"person";r=${left};t=3\\d{3}$`));
        expect(headers['ratelimit-policy']).toBe('"person";q=5;w=3600');
      }
      await again.get('/v1/me').expect(429);
      const refused = await busy.get('/v1/roles').expect(429);
      expect(refused.body.code).toBe('too_many_requests');
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(3_500);
      await quiet.get('/v1/me').expect(200);
    }));

  test('by IP for bad tokens and unknown paths as well, before a body is read', () =>
    inWorld({ THROTTLE_STORE, PUBLIC_REQUESTS_PER_MINUTE: '4' }, async (world) => {
      const ip = from('203.0.113.3');
      const { email } = await world.person('Known');
      const bad = { ...ip, Authorization: 'Bearer nonsense' };
      await world.nobody.send('get', '/v1/me', undefined, bad).expect(401);
      await world.nobody.send('get', '/v1/nothing', undefined, ip).expect(404);
      await world.nobody.send('post', '/v1/documents', { title: 'x'.repeat(900_000) }, bad).expect(401);
      await world.nobody.send('put', '/v1/sessions', undefined, ip).expect(405);
      for (const path of ['/v1/me', '/v1/nothing', '/v1/regions', '/openapi.json', '/docs'])
        await world.nobody.send('get', path, undefined, bad).expect(429);
      // somebody with a valid token is not held up by their neighbours
      const client = await world.signIn(email);
      await client.send('get', '/v1/me', undefined, ip).expect(200);
    }));

  test('by address for those who have none, all operations together; health is not counted', () =>
    inWorld({ THROTTLE_STORE, PUBLIC_REQUESTS_PER_MINUTE: '3' }, async (world) => {
      const ask = (path: string, address: string) => world.nobody.send('get', path, undefined, from(address));
      for (const path of ['/v1/regions', '/v1/browser-sessions/current', '/v1/regions']) await ask(path, '203.0.113.1');
      await ask('/v1/regions', '203.0.113.1').expect(429);
      await ask('/v1/regions', '203.0.113.2').expect(200);
      for (let turn = 0; turn < 6; turn += 1) await ask('/health/live', '203.0.113.1').expect(200);
      // one who has a whole network of IPv6 to come from is one
      for (const last of ['1', '2', '3']) await ask('/v1/regions', `2001:db8:0:7::${last}`).expect(200);
      await ask('/v1/regions', '2001:db8:0:7:ffff::9').expect(429);
      await ask('/v1/regions', '2001:db8:0:8::1').expect(200);
    }));
});

test('B24 API-02 an address that a client says of itself is not believed but from a known proxy', () =>
  inWorld({ TRUSTED_PROXIES: '', PUBLIC_REQUESTS_PER_MINUTE: '3' }, async (world) => {
    for (let turn = 1; turn < 4; turn += 1)
      await world.nobody.send('get', '/v1/regions', undefined, from(`203.0.113.${turn}`)).expect(200);
    await world.nobody.send('get', '/v1/regions', undefined, from('203.0.113.9')).expect(429);
  }));

describe('AUT-08 API-03 guessing passwords', () => {
  const variables = { SIGN_IN_FREE_FAILURES: '5' };

  test('from one address for one person waits longer with each try, of thirty at once too', () =>
    inWorld(variables, async (world) => {
      const { email } = await world.person('Guessed');
      const tries = await Promise.all(
        Array.from({ length: 30 }, (_, n) => signIn(world, email, `guess number ${n}`, '203.0.113.5')),
      );
      const statuses = tries.map(({ status }) => status);
      expect(statuses.filter((status) => status === 401)).toHaveLength(5);
      expect(statuses.filter((status) => status === 429)).toHaveLength(25);
      // the right one waits as well, from there
      const waits = await signIn(world, email, PASSWORD, '203.0.113.5').expect(429);
      expect(Number(waits.headers['retry-after'])).toBeLessThanOrEqual(1);
      for (const expected of [2, 4, 8]) {
        await later(world, 20);
        await signIn(world, email, 'another guess', '203.0.113.5').expect(401);
        const { headers } = await signIn(world, email, 'another guess', '203.0.113.5').expect(429);
        expect(Number(headers['retry-after'])).toBe(expected);
      }
    }));

  test('from a whole network of IPv6 is guessing from one place', () =>
    inWorld({ SIGN_IN_FREE_FAILURES: '1' }, async (world) => {
      const statuses: number[] = [];
      for (let turn = 1; turn <= 8; turn += 1)
        statuses.push((await signIn(world, `person.${turn}@example.com`, 'a guess', `2001:db8:0:7::${turn}`)).status);
      expect(statuses).toEqual([401, 401, 401, 401, 429, 429, 429, 429]);
      expect((await signIn(world, 'person.9@example.com', 'a guess', '2001:db8:0:8::1')).status).toBe(401);
    }));

  test('B14 an address that nobody has is slowed down like one that somebody has', () =>
    inWorld(variables, async (world) => {
      const { email } = await world.person('Known');
      const statusesOf = async (who: string, address: string) => {
        const statuses: number[] = [];
        for (let turn = 0; turn < 8; turn += 1) statuses.push((await signIn(world, who, 'a guess', address)).status);
        return statuses;
      };
      expect(await statusesOf('nobody@example.com', '203.0.113.6')).toEqual(await statusesOf(email, '203.0.113.7'));
    }));

  test('ten thousand wrong ones from everywhere do not hold up the right one from where the person always is', () =>
    inWorld(variables, async (world) => {
      const { email } = await world.person('Victim');
      await signIn(world, email, PASSWORD, '198.51.100.1').expect(201);
      // what so many tries leave behind
      await asOperator(world.databases.adminUrlOf('directory'), (admin) =>
        admin.query(
          `insert into sign_in_attempts (scope, key, failures) values ('person', $1, 10000)
           on conflict (scope, key) do update set failures = 10000, last_at = now()`,
          [email],
        ),
      );
      await signIn(world, email, 'a guess', '203.0.113.8').expect(429);
      await signIn(world, email, PASSWORD, '198.51.100.1').expect(201);
    }));

  test('an address that keeps on is blocked for an hour, on the trail, listed, and lifted', () =>
    inWorld({ SIGN_IN_FREE_FAILURES: '1' }, async (world) => {
      const { email } = await world.person('Office');
      for (let turn = 0; turn < 20; turn += 1)
        await signIn(world, `person.${turn}@example.com`, 'a guess', '203.0.113.9');
      await later(world, 900);
      const { headers } = await signIn(world, email, PASSWORD, '203.0.113.9').expect(429);
      expect(Number(headers['retry-after'])).toBeGreaterThan(2_000);
      // at every public operation, and nowhere else
      const client = await world.signIn(email);
      for (const path of ['/v1/regions', '/v1/plans', '/v1/browser-sessions/current'])
        await world.nobody.send('get', path, undefined, from('203.0.113.9')).expect(429);
      await world.nobody.send('post', '/v1/sign-ups', { email: 'x@example.com' }, from('203.0.113.9')).expect(429);
      await client.send('get', '/v1/me', undefined, from('203.0.113.9')).expect(200);
      await signIn(world, email, PASSWORD, '198.51.100.2').expect(201);
      await asOperatorOf(world, async (app) => {
        const [limits, source] = [app.get(SignInLimits), { requestId: 'a test' }];
        expect(await limits.blocked()).toMatchObject([{ address: '203.0.113.9', reason: 'too many wrong sign-ins' }]);
        expect(await limits.lift('203.0.113.9', source)).toBe(true);
        expect(await limits.lift('203.0.113.9', source)).toBe(false);
      });
      await signIn(world, email, PASSWORD, '203.0.113.9').expect(201);
      const { rows } = await asOperator(world.databases.adminUrlOf('directory'), (admin) =>
        admin.query<{ action: string }>(
          "select action from platform_entries where action like 'address.%' order by occurred_at",
        ),
      );
      expect(rows.map(({ action }) => action)).toEqual(['address.block', 'address.lift']);
    }));
});
