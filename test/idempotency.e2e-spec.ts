import { randomUUID } from 'node:crypto';
import { asOperator } from '#libs/database';
import { type Client, twoAccounts, type World, type WorldAccount } from '#libs/testing';
import { openWorld } from './open-world.js';

let world: World;
let acme: WorldAccount;
let globex: WorldAccount;
let owner: Client;
let path: string;

beforeAll(async () => {
  world = await openWorld();
  ({ acme, globex } = await twoAccounts(world));
  const [first] = acme.workspaces;
  owner = await (await acme.ownerClient()).enterWorkspace(first?.id ?? '');
  path = `/v1/workspaces/${first?.id}/datasets`;
});
afterAll(() => world?.close());

function createAs(client: Client, key: string, body: object, at = path) {
  return client.send('post', at, body, { 'Idempotency-Key': key });
}

async function namesIn(client: Client, at = path): Promise<string[]> {
  const { body } = await client.get(`${at}?limit=200`).expect(200);
  return body.items.map(({ name }: { name: string }) => name);
}

function inCell<T extends object>(text: string, values: readonly unknown[] = []): Promise<T[]> {
  return asOperator(world.databases.adminUrlOf(acme.place.cell), async (admin) => {
    const { rows } = await admin.query<T & Record<string, unknown>>(text, values as unknown[]);
    return rows;
  });
}

describe('API-17 a POST with an Idempotency-Key', () => {
  test('takes effect once and gives the same answer, byte for byte, however often it comes', async () => {
    const [key, name] = [randomUUID(), 'Made once'];
    const first = await createAs(owner, key, { name }).expect(201);
    const again = await createAs(owner, key, { name }).expect(201);
    expect(again.text).toBe(first.text);
    expect(again.headers['etag']).toBe(first.headers['etag']);
    expect((await namesIn(owner)).filter((one) => one === name)).toHaveLength(1);
    const entries = await inCell("select id from audit_entries where resource_id = $1 and action = 'dataset.create'", [
      first.body.id,
    ]);
    expect(entries).toHaveLength(1);
  });

  test('is the same by the alias of its path', async () => {
    const key = randomUUID();
    const first = await createAs(owner, key, { name: 'By two paths' }).expect(201);
    const again = await createAs(owner, key, { name: 'By two paths' }, '/v1/datasets').expect(201);
    expect(again.body.id).toBe(first.body.id);
  });

  test('takes effect once where twenty come at once', async () => {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, () => createAs(owner, key, { name: 'At once' })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect((await namesIn(owner)).filter((one) => one === 'At once')).toHaveLength(1);
  });

  test('is refused with another body, and does nothing', async () => {
    const key = randomUUID();
    await createAs(owner, key, { name: 'One body' }).expect(201);
    const { body } = await createAs(owner, key, { name: 'Another body' }).expect(422);
    expect(body.code).toBe('idempotency_key_reused');
    expect(await namesIn(owner)).not.toContain('Another body');
  });

  test('that failed left nothing behind, and is done anew', async () => {
    const key = randomUUID();
    await createAs(owner, key, { name: '' }).expect(400);
    await createAs(owner, key, { name: 'At last' }).expect(201);
    expect(await namesIn(owner)).toContain('At last');
  });

  test.each([
    ['empty', ''],
    ['longer than 200 characters', 'k'.repeat(201)],
    ['with a space, as two headers become', 'one, two'],
    ['not ASCII', 'schlüssel'],
  ])('is refused where the key is %s', async (_, key) => {
    const { body } = await createAs(owner, key, { name: 'Refused key' }).expect(400);
    expect(body.errors).toEqual([expect.objectContaining({ field: 'Idempotency-Key' })]);
    expect(await namesIn(owner)).not.toContain('Refused key');
  });

  test('counts anew after a day', async () => {
    const key = randomUUID();
    const first = await createAs(owner, key, { name: 'Yesterday' }).expect(201);
    await inCell("update idempotency_keys set created_at = created_at - interval '25 hours'");
    const again = await createAs(owner, key, { name: 'Today' }).expect(201);
    expect(again.body.id).not.toBe(first.body.id);
    expect(await inCell("select 1 from idempotency_keys where created_at < now() - interval '1 day'")).toEqual([]);
  });
});

describe('API-17 an Idempotency-Key counts for one account, person, workspace and route', () => {
  test('somebody else with the same key and body makes something of their own', async () => {
    const key = randomUUID();
    const [first, second] = acme.workspaces;
    const colleague = await (await acme.clientOf('admin')).enterWorkspace(first?.id ?? '');
    const stranger = await (await globex.ownerClient()).enterWorkspace(globex.workspaces[0]?.id ?? '');
    const elsewhere = await (await acme.ownerClient()).enterWorkspace(second?.id ?? '');
    const made = [
      await createAs(owner, key, { name: 'Mine' }),
      await createAs(colleague, key, { name: 'Mine' }),
      await createAs(stranger, key, { name: 'Mine' }, '/v1/datasets'),
      await createAs(elsewhere, key, { name: 'Mine' }, '/v1/datasets'),
    ];
    expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(new Set(made.map(({ body }) => body.id)).size).toBe(4);
  });

  test('the same key restores two documents', async () => {
    const key = randomUUID();
    const ids: string[] = [];
    for (const title of ['One', 'Two']) {
      const { body } = await owner
        .post('/v1/documents', { dataset_id: acme.workspaces[0]?.datasetId, title, body: title })
        .expect(201);
      await owner.send('delete', `/v1/documents/${body.id}`).expect(204);
      ids.push(body.id);
    }
    for (const id of ids) {
      const { body } = await createAs(owner, key, {}, `/v1/documents/${id}/restore`).expect(200);
      expect(body.id).toBe(id);
    }
  });

  test('an answer is given again only to whoever is still allowed to ask', async () => {
    const key = randomUUID();
    const [first] = acme.workspaces;
    const member = await acme.clientOf('member');
    const inside = await member.enterWorkspace(first?.id ?? '');
    await createAs(inside, key, { name: 'Before' }).expect(201);
    const admin = await acme.ownerClient();
    const { headers } = await admin.get(`/v1/account/members/${member.memberId}`).expect(200);
    await admin
      .send(
        'patch',
        `/v1/account/members/${member.memberId}`,
        { role: 'viewer' },
        { 'If-Match': headers['etag'] ?? '' },
      )
      .expect(200);
    await createAs(inside, key, { name: 'Before' }).expect(403);
    await admin.send('delete', `/v1/account/members/${member.memberId}`).expect(204);
    await createAs(inside, key, { name: 'Before' }).expect(401);
  });
});

test('API-17 an answer with a token is given again, and kept sealed under the key of whoever asked', async () => {
  const key = randomUUID();
  const at = `/v1/account/workspaces/${acme.workspaces[0]?.id}/enter`;
  const first = await createAs(owner, key, {}, at).expect(201);
  const again = await createAs(owner, key, {}, at).expect(201);
  expect(again.body.access_token).toBe(first.body.access_token);
  const kept = await inCell<{ row: string }>(
    "select k::text || encode(k.answer, 'escape') as row from idempotency_keys k",
  );
  expect(kept.length).toBeGreaterThan(0);
  const [, payload = ''] = first.body.access_token.split('.');
  for (const { row } of kept) {
    expect(row).not.toContain(payload);
    expect(row).not.toContain(key);
  }
});

test('API-17 every POST takes an Idempotency-Key, or the document says why it does not', async () => {
  const { body: document } = await world.nobody.get('/openapi.json').expect(200);
  const posts = Object.entries<{ post?: { parameters?: { name: string }[]; description?: string } }>(document.paths);
  const [taking, without] = [true, false].map((takes) =>
    posts.flatMap(([at, { post }]) =>
      post && (post.parameters ?? []).some(({ name }) => name === 'Idempotency-Key') === takes ? [{ at, post }] : [],
    ),
  );
  expect(taking?.map(({ at }) => at)).toContain('/v1/me/accounts');
  for (const { at, post } of without ?? []) {
    expect(at).not.toMatch(/^\/v1\/account\b|\/workspaces\/\{|^\/v1\/d/);
    expect([at, post.description]).toEqual([at, expect.stringMatching(/Takes no `Idempotency-Key`\. .{15,}\./)]);
  }
});
