import { asOperator } from '#libs/database';
import { type World, type WorldAccount } from '#libs/testing';
import { openWorld } from './open-world.js';

let world: World;
let acme: WorldAccount;

beforeAll(async () => {
  world = await openWorld();
  acme = await world.account('Acme');
});
afterAll(() => world.close());

async function deadlocks(): Promise<number> {
  return asOperator(world.databases.adminUrlOf('eu-west-1'), async (admin) => {
    await admin.query('select pg_stat_force_next_flush()');
    const { rows } = await admin.query<{ deadlocks: number }>(
      'select deadlocks::int from pg_stat_database where datname = current_database()',
    );
    return rows[0]?.deadlocks ?? 0;
  });
}

test('commands that change the same row at once queue: each is answered soon, and none by a deadlock', async () => {
  const owner = await acme.ownerClient();
  const [workspace] = acme.workspaces;
  const before = await deadlocks();
  const began = performance.now();
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => [
      owner.send('patch', '/v1/account/settings', { name: 'Acme' }, { 'If-Match': '"v1"' }),
      owner.send('patch', `/v1/account/workspaces/${workspace?.id}`, { name: 'First' }, { 'If-Match': '"v1"' }),
      owner.post('/v1/account/workspaces', { name: 'New' }),
      owner.post(`/v1/account/workspaces/${workspace?.id}/enter`),
    ]).flat(),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 201, 412]));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(await deadlocks()).toBe(before);
});

test('a member who floods the account with commands cannot keep from being removed', async () => {
  const owner = await acme.ownerClient();
  const [workspace] = acme.workspaces;
  const { memberId, user } = await acme.addMember('member');
  const inside = await (await (await world.signIn(user.email)).enterAccount(acme.id)).enterWorkspace(
    workspace?.id ?? '',
  );
  let flooding = true;
  const statuses = new Set<number>();
  const flood = Promise.all(
    Array.from({ length: 12 }, async () => {
      for (let count = 0; flooding && count < 400; count += 1) {
        statuses.add((await inside.post('/v1/documents', { dataset_id: workspace?.datasetId, title: 'Flood' })).status);
      }
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, 300));
  const began = performance.now();
  await owner.send('delete', `/v1/account/members/${memberId}`).expect(204);
  expect(performance.now() - began).toBeLessThan(3_000);
  await inside.get('/v1/documents').expect(401);
  flooding = false;
  await flood;
  expect(statuses).toEqual(new Set([201, 401]));
});
