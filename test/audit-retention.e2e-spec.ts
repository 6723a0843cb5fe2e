import { AuditPurge } from '#libs/audit';
import { type Actor, job, leastIdAt, operator } from '#libs/context';
import { asOperator, UnitOfWork } from '#libs/database';
import { type Client, type World, type WorldAccount } from '#libs/testing';
import { openWorld } from './open-world.js';

let world: World;
let acme: WorldAccount;
let globex: WorldAccount;
let owner: Client;

beforeAll(async () => {
  world = await openWorld();
  acme = await world.account('Acme');
  globex = await world.account('Globex');
  owner = await acme.ownerClient();
});
afterAll(() => world.close());

interface Counted {
  readonly category: string;
  readonly reading: boolean;
  readonly days: number;
  readonly entries: number;
}

const AGES = [10, 89, 91, 364, 366] as const;

/** Gives an account entries of each age, acts and reads; past all policies. */
async function age(account: WorldAccount, category: string, each: number): Promise<void> {
  await asOperator(world.databases.adminUrlOf('eu-west-1'), async (admin) => {
    for (const days of AGES)
      for (const reading of [false, true])
        await admin.query(
          `insert into audit_entries (account_id, id, occurred_at, recorded_at, category, action, actor_kind, actor_name, resource_type,
             request_id, reading)
           select $1, (lpad(to_hex((extract(epoch from now() - make_interval(days => $2)) * 1000)::bigint), 12, '0') || '7000' || substr(md5(random()::text), 1, 16))::uuid, now() - make_interval(days => $2), now() - make_interval(days => $2), $3, 'old.act', 'job',
             'aged', $2::text, 'aged', $4 from generate_series(1, $5)`,
          [account.id, days, category, reading, each],
        );
  });
}

/** Gives an account a read of 91 days ago that was written five days ago. */
async function writeLate(account: WorldAccount, category: string): Promise<void> {
  await asOperator(world.databases.adminUrlOf('eu-west-1'), (admin) =>
    admin.query(
      `insert into audit_entries (account_id, id, occurred_at, recorded_at, category, action, actor_kind, actor_name, resource_type, request_id, reading)
       values ($1, $2, now() - interval '91 days', now() - interval '5 days', $3, 'old.act', 'job', 'aged', '5', 'aged', true)`,
      [account.id, leastIdAt(Date.now() - 91 * 24 * 3_600_000), category],
    ),
  );
}

async function left(account: WorldAccount, category: string): Promise<Counted[]> {
  const { rows } = await asOperator(world.databases.adminUrlOf('eu-west-1'), (admin) =>
    admin.query<Counted & Record<string, unknown>>(
      `select reading, resource_type::int as days, count(*)::int as entries from audit_entries
       where account_id = $1 and category = $2 and action = 'old.act' group by 1, 2 order by 1, 2`,
      [account.id, category],
    ),
  );
  return rows;
}

const days = (counted: Counted[], reading: boolean) =>
  counted.filter((one) => one.reading === reading).map((one) => one.days);

async function purge(): Promise<number> {
  return (await world.worker()).get(AuditPurge).run();
}

test('AUD-09 acts are kept a year and reads 90 days; where the account says so, a category is kept 90 days', async () => {
  const { body: before } = await owner.get('/v1/account/audit-retention').expect(200);
  expect(before.items).toHaveLength(13);
  const { body } = await owner
    .send('put', '/v1/account/audit-retention', { category: 'session', days: 90 })
    .expect(200);
  expect(body.items).toContainEqual({ category: 'session', days: 90 });
  expect(body.items).toContainEqual({ category: 'role', days: 365 });
  for (const account of [acme, globex]) for (const category of ['session', 'role']) await age(account, category, 3);
  await writeLate(acme, 'role');
  // of each age three acts and three reads: in one category six ages are over, in the three others four
  expect(await purge()).toBe(3 * (6 + 3 * 4));
  expect(days(await left(acme, 'session'), false)).toEqual([10, 89]);
  expect(days(await left(acme, 'role'), false)).toEqual([10, 89, 91, 364]);
  expect(days(await left(acme, 'role'), true)).toEqual([5, 10, 89]);
  expect(days(await left(globex, 'session'), false)).toEqual([10, 89, 91, 364]);
  expect(days(await left(globex, 'session'), true)).toEqual([10, 89]);
});

test('AUD-09 the purge says in the trail what it deleted, and goes on where it was cut off', async () => {
  await age(acme, 'file', 2_600);
  const ending = new AbortController();
  const worker = await world.worker();
  const work = worker.get(UnitOfWork);
  const run = work.run.bind(work);
  let units = 0;
  // cut off after the first transaction that there is something to do in
  (work as { run: unknown }).run = async (command: () => Promise<number>, ...more: []) => {
    const done = await run(command, ...more);
    if (Number(done) > 0) units += 1;
    if (units === 1) ending.abort();
    return done;
  };
  expect(await worker.get(AuditPurge).run(ending.signal)).toBe(5_000);
  (work as { run: unknown }).run = run;
  expect((await left(acme, 'file')).reduce((sum, { entries }) => sum + entries, 0)).toBe(26_000 - 5_000);
  expect(await purge()).toBe(2_600 * 4 - 5_000);
  expect(days(await left(acme, 'file'), false)).toEqual([10, 89, 91, 364]);
  const { body } = await owner.get('/v1/account/audit-entries?action=audit_entries.purge').expect(200);
  const told = (body.items as { changes: Record<string, { from: number }> }[])
    .flatMap(({ changes }) => Object.entries(changes))
    .filter(([name]) => name.startsWith('file'))
    .reduce((sum, [, { from }]) => sum + from, 0);
  expect(told).toBe(2_600 * 4);
});

test('AUD-05 nobody but a job purges, nothing younger than 90 days goes, and no other account’s', async () => {
  const { contexts, app } = world;
  const work = app.get(UnitOfWork);
  const asked = (actor: Actor) =>
    contexts.runAs({ actor, account: acme.place }, () =>
      work.run(async () => {
        const unit = work.require();
        unit.nothingHappened();
        return unit.call('purge_audit_entries', 1000);
      }),
    );
  await expect(asked(operator('somebody', 'any'))).rejects.toMatchObject({ code: 'refused_by_database' });
  await age(globex, 'billing', 1);
  expect(await asked(job('purge', 'any'))).toEqual([]);
  expect(await left(globex, 'billing')).toHaveLength(10);
});

test.each([{ category: 'session', days: 30 }, { category: 'everything', days: 90 }, { category: 'session' }])(
  'AUD-09 a bad retention is refused: %j',
  async (body) => {
    await owner.send('put', '/v1/account/audit-retention', body).expect(400);
  },
);

test('AUD-09 only an owner says how long the trail is kept', async () => {
  const admin = await acme.clientOf('admin');
  await admin.send('put', '/v1/account/audit-retention', { category: 'session', days: 90 }).expect(403);
});

test('BIL-06 AUD-09 a smaller plan keeps what was written under a larger one as long as was promised then', async () => {
  const shrunk = await world.emptyAccount('Shrunk');
  await age(shrunk, 'role', 2);
  await shrunk.grant('starter');
  await purge();
  expect(days(await left(shrunk, 'role'), false)).toEqual([10, 89, 91, 364]);
  // as if the plan had become smaller two hundred days ago
  await asOperator(world.databases.adminUrlOf('eu-west-1'), (admin) =>
    admin.query(`update audit_promises set recorded_before = now() - interval '200 days' where account_id = $1`, [
      shrunk.id,
    ]),
  );
  await purge();
  expect(days(await left(shrunk, 'role'), false)).toEqual([10, 89, 364]);
});
