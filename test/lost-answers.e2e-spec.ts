import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { asOperator } from '#libs/database';
import { type Client, copyDatabases, CuttingProxy, StormModule, World } from '#libs/testing';
import { createApp } from '../apps/api/src/create-app.js';

// Single faults of `npm run faults`, which lets them happen under load and in a process of its own.

let world: World;
let proxy: CuttingProxy;
let owner: Client;

beforeAll(async () => {
  const databases = await copyDatabases();
  const { connections } = databases;
  proxy = await CuttingProxy.start(Number(new URL(connections.directory.appUrl).port));
  const cells = connections.cells.map((cell) => ({ ...cell, appUrl: proxy.through(cell.appUrl) }));
  world = await World.open(
    (environment, given) =>
      createApp(environment, { ...given, connections: { ...connections, cells } }, true, [StormModule]),
    { variables: { DATABASE_POOL_SIZE: '2' } },
    databases,
  );
  const acme = await world.account('Acme');
  owner = await (await acme.ownerClient()).enterWorkspace(acme.workspaces[0]?.id ?? '');
});
afterAll(async () => {
  await world?.close();
  proxy?.stop();
});

function create(name: string, key: string) {
  return owner.send('post', '/v1/datasets', { name }, { 'Idempotency-Key': key });
}

function inCell<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
  return asOperator(world.databases.adminUrlOf('eu-west-1'), async (admin) => {
    const { rows } = await admin.query<Row & Record<string, unknown>>(text, values);
    return rows;
  });
}

const madeOf = (name: string) => inCell<{ id: string }>('select id from datasets where name = $1', [name]);
const entriesOf = (id: string | undefined) => inCell('select 1 from audit_entries where resource_id = $1', [id]);

describe('C API-17 a command whose connection is lost', () => {
  test('after COMMIT, before its answer, has taken effect once, and a repetition tells so', async () => {
    const [name, key] = ['Lost after commit', randomUUID()];
    proxy.cutNext('after commit');
    const lost = await create(name, key).expect(503);
    expect(lost.body.code).toBe('database_unavailable');
    expect(lost.headers['retry-after']).toMatch(/^\d+$/);
    expect(proxy.cuts).toBe(1);
    const [made, ...more] = await madeOf(name);
    expect(more).toEqual([]);
    expect((await create(name, key).expect(201)).body.id).toBe(made?.id);
    expect(await madeOf(name)).toHaveLength(1);
    expect(await entriesOf(made?.id)).toHaveLength(1);
  });

  test('between context and statement has taken no effect, and a repetition takes effect', async () => {
    const [name, key] = ['Lost before', randomUUID()];
    proxy.cutNext('after context');
    await create(name, key).expect(503);
    expect(proxy.cuts).toBe(2);
    expect(await madeOf(name)).toEqual([]);
    const { body } = await create(name, key).expect(201);
    expect(await madeOf(name)).toEqual([{ id: body.id }]);
    expect(await entriesOf(body.id)).toHaveLength(1);
  });
});

test('C with the pool exhausted a request is answered 503 with Retry-After, and the next one again', async () => {
  // both connections of the pool
  const held = Promise.all([1, 2].map(() => owner.get('/v1/storm/slow')));
  await sleep(300);
  const answers = await Promise.all([1, 2, 3].map(() => owner.get('/v1/datasets')));
  await killServerProcesses();
  for (const { status, body, headers } of answers)
    expect([status, body.code, headers['retry-after']]).toEqual([503, 'database_busy', '1']);
  for (const { status } of await held) expect(status).toBe(503);
  await owner.get('/v1/datasets').expect(200);
});

test('C a server process that is killed idle costs nobody an answer twice', async () => {
  await killServerProcesses();
  await owner.get('/v1/datasets');
  await owner.get('/v1/datasets').expect(200);
});

function killServerProcesses(): Promise<unknown> {
  return inCell(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'bulkhead_app'",
    [],
  );
}
