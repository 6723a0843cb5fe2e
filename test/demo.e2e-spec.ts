import { loadDemo } from '#libs/demo';
import { LocalNotice } from '../apps/api/src/pages/home.controller.js';
import { Members } from '#libs/tenants';
import type { World } from '#libs/testing';
import { openWorld } from './open-world.js';

const PASSWORD = 'a password of the demo';
let world: World;
const load = () => loadDemo(world.app, world.environment, () => undefined);
const signIn = (email: string) => world.signIn(email, PASSWORD);

beforeAll(async () => {
  world = await openWorld({ DEMO_PASSWORD: PASSWORD });
});
afterAll(() => world.close());

test('the demo is loaded once: what was interrupted is finished, and what was changed since stays as it is', async () => {
  const add = jest.spyOn(Members.prototype, 'add').mockImplementationOnce(() => Promise.reject(new Error('cut off')));
  await expect(load()).rejects.toThrow('cut off');
  add.mockRestore();
  const { people } = await load();
  expect(people).toHaveLength(12);
  for (const { email } of people)
    expect((await (await signIn(email)).get('/v1/me/accounts')).body.items).not.toEqual([]);

  const olivia = await (await signIn('olivia@northlight.example')).enterAccount(NORTHLIGHT);
  const { body } = await olivia.get('/v1/account/members').expect(200);
  const memberOf = (address: string) => body.items.find(({ email }: { email: string }) => email === address);
  await olivia.send('delete', `/v1/account/members/${memberOf('victor@northlight.example').id}`).expect(204);
  const entries = async () => (await olivia.get('/v1/account/audit-entries?kind=acts&limit=200')).body.items.length;
  const before = await entries();
  await load();
  expect(await entries()).toBe(before);
  expect((await (await signIn('victor@northlight.example')).get('/v1/me/accounts')).body.items).toEqual([]);
}, 60_000);

const NORTHLIGHT = '01935000-0000-7000-8000-000000000001';

test('the people of the demo are shown to its own machine, for a sign-in at /docs, and to nobody else', async () => {
  const world = await openWorld();
  try {
    const nobody = { password: null, people: [] };
    expect((await world.nobody.get('/demo/sign-ins').expect(200)).body).toEqual(nobody);
    const people = [{ email: 'olivia@northlight.example', role: 'owner', account: 'Northlight Studio' }];
    world.app.get(LocalNotice).demo = { password: PASSWORD, people };
    expect((await world.nobody.get('/demo/sign-ins').expect(200)).body).toEqual({ password: PASSWORD, people });
    const script = await world.nobody.get('/demo/sign-in.js').expect(200);
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect((await world.nobody.get('/docs').expect(200)).text).toContain("src='/demo/sign-in.js'");
    const elsewhere: readonly Record<string, string>[] = [
      { 'X-Forwarded-For': '203.0.113.7' },
      { Host: 'bulkhead.example' },
      { Origin: 'https://evil.example' },
    ];
    for (const path of ['/demo/sign-ins', '/demo/sign-in.js'])
      for (const headers of elsewhere) await world.nobody.send('get', path, undefined, headers).expect(404);
  } finally {
    await world.close();
  }
  const without = await openWorld({ DEMO: 'off' });
  try {
    await without.nobody.get('/demo/sign-ins').expect(404);
    expect((await without.nobody.get('/docs').expect(200)).text).not.toContain('sign-in.js');
  } finally {
    await without.close();
  }
});
