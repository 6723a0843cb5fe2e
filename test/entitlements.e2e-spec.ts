import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPlans, RequestMeter, Subscriptions, UsageReconciliation } from '#libs/billing';
import { ContextStore, job, operator } from '#libs/context';
import { asOperator, UnitOfWork } from '#libs/database';
import { Entitlements } from '#libs/entitlements';
import type { Client, World, WorldAccount } from '#libs/testing';
import { openWorld } from './open-world.js';

let world: World;
let account: WorldAccount;
let owner: Client;

beforeAll(async () => {
  world = await openWorld();
  account = await world.account('Acme');
  owner = await account.ownerClient();
});
afterAll(() => world.close());
beforeEach(() => account.grant('enterprise'));

const usageOf = async (limit: string) => {
  const { body } = await owner.get('/v1/account/usage').expect(200);
  return body.items.find((item: { limit: string }) => item.limit === limit);
};

describe('AUD-07 the trail is written and read on every plan; what narrows it is in some', () => {
  test('without it a filter is refused, with what is missing and who can change it; the whole trail and its export are not', async () => {
    await account.grant('starter');
    const refused = await owner.get('/v1/account/audit-entries?category=content').expect(403);
    expect(refused.body).toMatchObject({
      code: 'not_in_plan',
      entitlement: 'audit.search',
      plan: 'starter',
      roles: ['owner', 'admin'],
    });
    for (const narrowed of ['?q=Acme', '/export?outcome=denied', '/live?kind=acts'])
      await owner.get(`/v1/account/audit-entries${narrowed}`).expect(403);
    const { body } = await owner.get('/v1/account/audit-entries').expect(200);
    expect(body.items.length).toBeGreaterThan(5);
    await owner.get('/v1/account/audit-entries/export?format=csv').expect(200);
    await account.grant('professional');
    await owner.get('/v1/account/audit-entries?category=content').expect(200);
  });
});

describe('BIL-03 limits hold exactly', () => {
  test('of a hundred that come at once for the last ten places ten are served', async () => {
    const before = (await usageOf('workspaces')).used;
    await world.contexts.runAs({ actor: operator('test', 'any'), account: account.place }, () =>
      world.app.get(Subscriptions).grant('starter', null),
    );
    // the plan has three and two are there; limits of a plan are data
    await limitTo({ workspaces: before + 10 });
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => owner.post('/v1/account/workspaces', { name: `Rush ${index}` })),
    );
    const refused = answers.filter(({ status }) => status === 409);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    expect(refused).toHaveLength(90);
    expect(refused[0]?.body).toMatchObject({
      code: 'limit_reached',
      limit: 'workspaces',
      most: before + 10,
      used: before + 10,
    });
    expect(await usageOf('workspaces')).toMatchObject({ used: before + 10, most: before + 10, mark: 100 });
  }, 60_000);

  test('documents and their bytes: written, imported, made longer, deleted, restored', async () => {
    const [workspace] = account.workspaces;
    const inside = await owner.enterWorkspace(workspace?.id ?? '');
    const used = (await usageOf('documents')).used;
    const { used: bytes } = await usageOf('storage_bytes');
    await limitTo({ documents: used + 1, storage_bytes: bytes + 60 });
    const write = (title: string, body = '') =>
      inside.post('/v1/documents', { dataset_id: workspace?.datasetId, title, body });

    expect((await write('Long', 'x'.repeat(200)).expect(409)).body).toMatchObject({
      limit: 'storage_bytes',
      used: bytes,
    });
    const { body: one, headers } = await write('One', 'x'.repeat(50)).expect(201);
    expect((await write('Two').expect(409)).body).toMatchObject({ limit: 'documents', used: used + 1 });
    expect(await usageOf('storage_bytes')).toMatchObject({ used: bytes + 53, mark: 80 });

    const grow = { body: 'x'.repeat(500) };
    const grown = await inside.send('patch', `/v1/documents/${one.id}`, grow, { 'If-Match': headers['etag'] ?? '' });
    expect(grown.body).toMatchObject({ code: 'limit_reached', limit: 'storage_bytes' });

    await inside.send('delete', `/v1/documents/${one.id}`).expect(204);
    expect(await usageOf('documents')).toMatchObject({ used });
    await write('Instead').expect(201);
    await inside.post(`/v1/documents/${one.id}/restore`).expect(409);
  });

  test('one way to ask, for every module', async () => {
    await account.grant('starter');
    const ask = () =>
      world.contexts.runAs({ actor: operator('test', 'any'), account: account.place }, () =>
        world.app.get(Entitlements).require('audit.year'),
      );
    await expect(ask()).rejects.toMatchObject({ code: 'not_in_plan' });
    await account.grant('enterprise');
    await expect(ask()).resolves.toBeUndefined();
  });

  test('TEN-01 what is bought, limits, use and invoices are the account’s; roles below Admin do not see them', async () => {
    const viewer = await account.clientOf('viewer');
    for (const path of ['subscription', 'usage', 'invoices'])
      expect((await viewer.get(`/v1/account/${path}`).expect(403)).body.code).toBe('permission_missing');
    const admin = await account.clientOf('admin');
    for (const path of ['subscription', 'usage', 'invoices']) await admin.get(`/v1/account/${path}`).expect(200);
    expect(
      (await world.nobody.get('/v1/plans').expect(200)).body.items.map(({ plan }: { plan: string }) => plan),
    ).toEqual(['starter', 'professional', 'enterprise']);
  });

  test('requests are counted by account, whatever they were answered', async () => {
    const meter = world.app.get(RequestMeter);
    await meter.write();
    const { used } = await usageOf('requests');
    for (let times = 0; times < 5; times += 1) await owner.get('/v1/account').expect(200);
    await owner.get('/v1/account/members/none').expect(400);
    await meter.write();
    // with the one that has asked for the figure
    expect(await usageOf('requests')).toMatchObject({ used: used + 7, most: null, mark: null });
  });

  test('BIL-03 the requests of a plan are held: beyond them only what pays, frees or leaves is answered, until the plan has more', async () => {
    const meter = world.app.get(RequestMeter);
    await meter.write();
    const gone = await (await account.clientOf('member')).enterWorkspace(account.workspaces[0]?.id ?? '');
    await gone.send('delete', '/v1/sessions/current').expect(200);
    await meter.write();
    const counted = (await usageOf('requests')).used;
    for (let times = 0; times < 10; times += 1) await gone.get('/v1/documents').expect(401);
    await meter.write();
    expect(await usageOf('requests')).toMatchObject({ used: counted + 1 });
    await meter.write();
    const { used } = await usageOf('requests');
    await limitTo({ requests: used + 5 });
    await meter.write();
    const statuses: number[] = [];
    for (let times = 0; times < 8; times += 1) statuses.push((await owner.get('/v1/account/members')).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(4);
    const refused = await owner.get('/v1/account/members').expect(429);
    expect(refused.body).toMatchObject({ code: 'requests_used_up', most: used + 5, roles: ['owner', 'admin'] });
    expect(refused.body.retry_after).toBeLessThanOrEqual(31 * 86_400);
    // whoever is not inside is told so, and of no plan; what they ask for does not count
    expect((await gone.get('/v1/documents').expect(401)).body.code).toBe('unauthenticated');
    // the plan, its use, one's sessions and accounts stay within reach, and a process that knows nothing yet learns it when it writes
    for (const path of ['account/subscription', 'account/usage', 'me/accounts', 'me/sessions'])
      await owner.get(`/v1/${path}`).expect(200);
    await meter.write();
    expect(await usageOf('requests')).toMatchObject({ most: used + 5, mark: 100 });
    await account.grant('enterprise');
    await meter.write();
    await owner.get('/v1/account/members').expect(200);
  });

  test('BIL-07 seats that are counted wrong are put right, with an entry that says by how much', async () => {
    const { used } = await usageOf('seats');
    await asOperator(world.databases.connections.cells[0]?.ownerUrl ?? '', async (client) => {
      await client.query('set role bulkhead_owner');
      await client.query(
        `call app.as_owner_of(array['account_usage'::regclass], 'update account_usage set seats = seats + 3')`,
      );
    });
    expect(await usageOf('seats')).toMatchObject({ used: used + 3 });
    expect(await (await world.worker()).get(UsageReconciliation).run()).toBeGreaterThan(0);
    expect(await usageOf('seats')).toMatchObject({ used });
    const { body } = await owner.get('/v1/account/audit-entries?action=usage.reconcile').expect(200);
    expect(body.items[0].changes).toEqual({ seats: { from: used + 3, to: used } });
  });

  async function limitTo(limits: object): Promise<void> {
    await world.contexts.runAs({ actor: job('test', 'any'), account: account.place }, () =>
      world.app.get(UnitOfWork).run(async () => {
        const unit = world.app.get(UnitOfWork).require();
        unit.nothingHappened();
        await unit.inAccount('update account_terms set limits = $2 where account_id = $1', limits);
      }),
    );
  }
});

describe('BIL-06 what was promised', () => {
  const daysOf = async () => {
    const { body } = await owner.get('/v1/account/audit-retention').expect(200);
    return new Map(body.items.map(({ category, days }: { category: string; days: number }) => [category, days]));
  };

  test('a smaller plan keeps new entries shorter, and what was written before as long as was promised then', async () => {
    expect((await daysOf()).get('billing')).toBe(365);
    const before = await promisesOf();
    await account.grant('starter');
    expect((await daysOf()).get('billing')).toBe(90);
    expect(await promisesOf()).toHaveLength(before.length + 1);
    expect((await promisesOf()).at(-1)).toMatchObject({ days: 365 });
    const refused = await owner
      .send('put', '/v1/account/audit-retention', { category: 'billing', days: 365 })
      .expect(403);
    expect(refused.body).toMatchObject({ code: 'not_in_plan', entitlement: 'audit.year' });
    await account.grant('enterprise');
    expect((await daysOf()).get('billing')).toBe(365);
  });

  test('a catalogue that changes a plan in place changes nothing for who has it', async () => {
    const path = join(tmpdir(), `bulkhead-plans-${process.pid}.json`);
    const plans = readPlans(undefined).all.map((plan) => ({ ...plan, limits: { seats: 1 }, entitlements: [] }));
    await writeFile(path, JSON.stringify(plans));
    const before = (await owner.get('/v1/account/subscription').expect(200)).body;
    const changed = readPlans(path);
    expect(changed.find('enterprise')?.limits).toEqual({ seats: 1 });
    Object.assign(world.app.get(Subscriptions), { plans: changed });
    try {
      await world.app
        .get(ContextStore)
        .runAs({ actor: job('test', 'any'), account: account.place }, () => world.app.get(Subscriptions).pass('done'));
      const after = (await owner.get('/v1/account/subscription').expect(200)).body;
      expect(after).toMatchObject({ limits: before.limits, entitlements: before.entitlements });
    } finally {
      Object.assign(world.app.get(Subscriptions), { plans: readPlans(undefined) });
    }
  });

  function promisesOf(): Promise<{ days: number }[]> {
    return world.contexts.runAs({ actor: job('test', 'any'), account: account.place }, () =>
      world.app.get(UnitOfWork).run(async () => {
        const unit = world.app.get(UnitOfWork).require();
        unit.nothingHappened();
        return unit.inAccount('select p.days from audit_promises p where p.account_id = $1 order by p.recorded_before');
      }),
    );
  }
});
