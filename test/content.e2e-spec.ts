import { ContentPurge } from '#libs/content';
import { type Actor, job, newId, operator } from '#libs/context';
import { asOperator, UnitOfWork } from '#libs/database';
import { type Client, twoAccounts, type World, type WorldAccount } from '#libs/testing';
import { openWorld } from './open-world.js';

let world: World;
let acme: WorldAccount;
let globex: WorldAccount;
let owner: Client;
let inside: Client;

beforeAll(async () => {
  world = await openWorld();
  ({ acme, globex } = await twoAccounts(world));
  owner = await acme.ownerClient();
  inside = await owner.enterWorkspace(acme.workspaces[0]?.id ?? '');
});
afterAll(() => world.close());

const etag = async (path: string) => ({ 'If-Match': (await inside.get(path)).headers['etag'] ?? '' });
const titles = (items: { title: string }[]) => items.map(({ title }) => title);

async function dataset(name: string): Promise<string> {
  return (await inside.post('/v1/datasets', { name, description: 'For a test' }).expect(201)).body.id;
}

async function document(datasetId: string, title: string, body = ''): Promise<string> {
  return (await inside.post('/v1/documents', { dataset_id: datasetId, title, body }).expect(201)).body.id;
}

describe('API-14 TEN-02 datasets', () => {
  test('are created, shown, listed newest first, changed and deleted, by either path', async () => {
    const id = await dataset('Campaigns');
    expect(
      (await inside.get(`/v1/workspaces/${acme.workspaces[0]?.id}/datasets/${id}`).expect(200)).body,
    ).toMatchObject({ id, name: 'Campaigns', version: 1 });
    const changed = await inside
      .send('patch', `/v1/datasets/${id}`, { name: 'Campaigns 2026' }, await etag(`/v1/datasets/${id}`))
      .expect(200);
    expect(changed.body).toMatchObject({ name: 'Campaigns 2026', description: 'For a test', version: 2 });
    expect(changed.headers['etag']).toBe('"v2"');
    expect((await inside.get('/v1/datasets')).body.items[0].id).toBe(id);
    await inside.send('delete', `/v1/datasets/${id}`).expect(204);
    await inside.get(`/v1/datasets/${id}`).expect(404);
    await inside.send('delete', `/v1/datasets/${id}`).expect(404);
  });

  test('a deleted dataset takes its documents along, and brings back those and no others', async () => {
    const id = await dataset('Whole');
    const [kept, gone] = [await document(id, 'Kept'), await document(id, 'Deleted before')];
    await inside.send('delete', `/v1/documents/${gone}`).expect(204);
    await inside.send('delete', `/v1/datasets/${id}`).expect(204);
    await inside.get(`/v1/documents/${kept}`).expect(404);
    expect((await inside.post(`/v1/documents/${gone}/restore`).expect(409)).body.code).toBe('dataset_deleted');
    await inside.post(`/v1/datasets/${id}/restore`).expect(200);
    expect(titles((await inside.get(`/v1/documents?dataset_id=${id}`)).body.items)).toEqual(['Kept']);
  });
});

describe('API-17 changes name the version that they change', () => {
  test('without If-Match 428, with an old one 412 and nothing changed, with the newest 200', async () => {
    const id = await document(await dataset('Versions'), 'First');
    const path = `/v1/documents/${id}`;
    expect((await inside.send('patch', path, { title: 'x' }).expect(428)).body.code).toBe('precondition_required');
    const first = await etag(path);
    await inside.send('patch', path, { title: 'Second' }, first).expect(200);
    expect((await inside.send('patch', path, { title: 'Third' }, first).expect(412)).body.code).toBe(
      'precondition_failed',
    );
    await inside.send('patch', path, { title: 'x' }, { 'If-Match': '*' }).expect(400);
    expect((await inside.get(path)).body).toMatchObject({ title: 'Second', version: 2 });
  });

  test('of a hundred changes of one version at once one succeeds', async () => {
    const path = `/v1/documents/${await document(await dataset('Contended'), 'Start')}`;
    const version = await etag(path);
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => inside.send('patch', path, { title: `Change ${index}` }, version)),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(new Set(statuses)).toEqual(new Set([200, 412]));
    expect((await inside.get(path)).body.version).toBe(2);
  });
});

describe('LIF-04 a deleted document', () => {
  test('is gone from show, list and search, is listed as deleted, and can be restored', async () => {
    const id = await document(await dataset('Bin'), 'Marmalade', 'An unmistakable kumquat.');
    await inside
      .get('/v1/documents/search?q=kumquat')
      .expect(({ body }) => expect(titles(body.items)).toEqual(['Marmalade']));
    await inside.send('delete', `/v1/documents/${id}`).expect(204);
    await inside.get(`/v1/documents/${id}`).expect(404);
    expect((await inside.get('/v1/documents/search?q=kumquat')).body.items).toEqual([]);
    const { body } = await inside.get('/v1/documents?state=deleted').expect(200);
    const [deleted] = body.items.filter((item: { id: string }) => item.id === id);
    const days = (new Date(deleted.restorable_until).getTime() - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29.9);
    expect(days).toBeLessThanOrEqual(30);
    const restored = await inside.post(`/v1/documents/${id}/restore`).expect(200);
    expect(restored.body).toMatchObject({
      title: 'Marmalade',
      body: 'An unmistakable kumquat.',
      restorable_until: null,
    });
    expect(titles((await inside.get('/v1/documents/search?q=kumquat')).body.items)).toEqual(['Marmalade']);
    await inside.post(`/v1/documents/${id}/restore`).expect(404);
  });

  test('cannot be restored after 30 days', async () => {
    const id = await document(await dataset('Late'), 'Too late');
    await inside.send('delete', `/v1/documents/${id}`).expect(204);
    await asOperator(world.databases.adminUrlOf('eu-west-1'), (admin) =>
      admin.query("update public.documents set deleted_at = now() - interval '30 days 1 minute' where id = $1", [id]),
    );
    await inside.post(`/v1/documents/${id}/restore`).expect(404);
    const { body } = await inside.get('/v1/documents?state=deleted');
    expect(body.items.map((item: { id: string }) => item.id)).not.toContain(id);
  });

  test('is gone for good after 30 days, with its dataset, an entry says so, and what is younger or a neighbour’s stays', async () => {
    const asAdmin = <Row extends Record<string, unknown>>(text: string, ids: readonly string[]) =>
      asOperator(world.databases.adminUrlOf('eu-west-1'), async (admin) => (await admin.query<Row>(text, [ids])).rows);
    const [bin, kept] = [await dataset('Over'), await dataset('Kept')];
    const over = [await document(bin, 'Over one'), await document(bin, 'Over two'), await document(kept, 'Over three')];
    const young = await document(kept, 'Young');
    await inside.send('delete', `/v1/datasets/${bin}`).expect(204);
    for (const id of [over[2], young]) await inside.send('delete', `/v1/documents/${id}`).expect(204);
    const age = (table: string, ids: readonly string[], by: string) =>
      asAdmin(`update public.${table} set deleted_at = now() - interval '${by}' where id = any($1)`, ids);
    await age('documents', over, '30 days 1 minute');
    await age('datasets', [bin], '30 days 1 minute');
    await age('documents', [young], '29 days 23 hours');
    const documentsUsed = async () => (await owner.get('/v1/account/usage').expect(200)).body.items[2].used;
    const used = await documentsUsed();

    const purge = (await world.worker()).get(ContentPurge);
    expect(await purge.run()).toBeGreaterThanOrEqual(4);
    expect(await purge.run()).toBe(0);
    const left = await asAdmin<{ id: string }>('select id from public.documents where id = any($1)', [...over, young]);
    expect(left).toEqual([{ id: young }]);
    expect(await asAdmin('select id from public.datasets where id = any($1)', [bin, kept])).toEqual([{ id: kept }]);
    await inside.post(`/v1/documents/${young}/restore`).expect(200);
    expect(await documentsUsed()).toBe(used + 1);
    const { body } = await owner.get('/v1/account/audit-entries?action=content.purge').expect(200);
    expect(body.items).toHaveLength(1);
    expect(body.items[0]).toMatchObject({ category: 'privacy', actor_name: 'content-purge' });
    expect(body.items[0].changes.documents.from).toBeGreaterThanOrEqual(3);
  });

  test('LIF-04 goes row by row, the oldest first, and a dataset never before its documents', async () => {
    const account = await world.account('Purged');
    const [here, there] = account.workspaces.map(({ id }) => id);
    // ids that two workspaces share: nothing but the workspace tells such rows apart
    const [bin, full, first, second] = [newId(), newId(), newId(), newId()];
    const sow = (table: string, row: object, days: number) =>
      asOperator(world.databases.adminUrlOf(account.place.cell), (admin) => {
        const all = { account_id: account.id, ...row };
        const places = Object.keys(all).map((_, index) => `$${index + 1}`);
        return admin.query(
          `insert into ${table} (${Object.keys(all).join(', ')}, deleted_at) values (${places.join(', ')}, now() - interval '${days} days')`,
          Object.values(all),
        );
      });
    for (const [index, workspace_id] of [here, there].entries()) {
      for (const [at, id] of [bin, full].entries())
        await sow('datasets', { workspace_id, id, name: id }, 50 - index - 10 * at);
      for (const [at, id] of [first, second].entries())
        await sow('documents', { workspace_id, id, dataset_id: full, title: 'Old', body: 'Old' }, 80 - 10 * at - index);
    }
    // a dataset that is over its time, with a document that is not
    await sow('datasets', { workspace_id: here, id: first, name: 'Young inside' }, 60);
    await sow('documents', { workspace_id: here, id: full, dataset_id: first, title: 'Young', body: 'Young' }, 5);
    const purge = () =>
      world.contexts.runAs({ actor: job('test', 'any'), account: account.place }, () =>
        world.app.get(UnitOfWork).run(async () => {
          const unit = world.app.get(UnitOfWork).require();
          unit.nothingHappened();
          return (await unit.call<{ documents: string; datasets: string }>('purge_deleted_content', 1))[0];
        }),
      );
    const left = async (table: string) => {
      const { rows } = await asOperator(world.databases.adminUrlOf(account.place.cell), (admin) =>
        admin.query<{ place: string }>(
          `select workspace_id || ' ' || id as place from ${table} where account_id = $1 and deleted_at is not null`,
          [account.id],
        ),
      );
      return rows.map(({ place }) => place);
    };
    const order = { documents: [] as string[], datasets: [] as string[] };
    for (let round = 0; round < 5; round += 1) {
      const before = { documents: await left('documents'), datasets: await left('datasets') };
      await purge();
      for (const table of ['documents', 'datasets'] as const) {
        const after = await left(table);
        order[table].push(before[table].filter((place) => !after.includes(place)).join(', '));
      }
    }
    expect(order).toEqual({
      documents: [`${here} ${first}`, `${there} ${first}`, `${here} ${second}`, `${there} ${second}`, ''],
      datasets: [`${here} ${bin}`, `${there} ${bin}`, `${here} ${full}`, `${there} ${full}`, ''],
    });
    expect(await left('datasets')).toEqual([`${here} ${first}`]);
  });

  test('is deleted now: no statement of the application makes it older than it is', async () => {
    const id = await document(await dataset('Backdated'), 'Backdated');
    const backdate = (text: string) =>
      world.contexts.runAs(
        { actor: job('test', 'any'), account: acme.place, workspaceId: acme.workspaces[0]?.id ?? '' },
        () =>
          world.app.get(UnitOfWork).run(async () => {
            const unit = world.app.get(UnitOfWork).require();
            unit.nothingHappened();
            await unit.manager.query(text, [id]);
          }),
      );
    for (const table of ['documents', 'datasets'])
      await expect(
        backdate(`update ${table} set deleted_at = now() - interval '31 days' where id = $1 or $1 is not null`),
      ).rejects.toMatchObject({ code: 'refused_by_database' });
    await expect(backdate('update documents set deleted_at = now() where id = $1')).resolves.toBeUndefined();
  });

  test('is purged by a job alone: no request can', async () => {
    const purge = () =>
      world.app.get(UnitOfWork).run(async () => {
        const unit = world.app.get(UnitOfWork).require();
        unit.nothingHappened();
        await unit.call('purge_deleted_content', 1);
      });
    const as = (actor: Actor) => world.contexts.runAs({ actor, account: acme.place }, purge);
    await expect(as(operator('test', 'any'))).rejects.toMatchObject({ code: 'refused_by_database' });
    await expect(as(job('test', 'any'))).resolves.toBeUndefined();
  });
});

describe('lists', () => {
  test('API-17 page through cursors, newest first, without gap or repetition, and end with null', async () => {
    const id = await dataset('Pages');
    const made: string[] = [];
    for (let number = 1; number <= 7; number += 1) made.unshift(await document(id, `Page ${number}`));
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body }: { body: { items: { id: string }[]; next_cursor: string | null } } = await inside
        .get(`/v1/documents?dataset_id=${id}&limit=3${cursor && `&cursor=${cursor}`}`)
        .expect(200);
      seen.push(...body.items.map((item) => item.id));
      cursor = body.next_cursor;
    }
    expect(seen).toEqual(made);
  });

  test('an empty list is an empty page', async () => {
    const id = await dataset('Empty');
    expect((await inside.get(`/v1/documents?dataset_id=${id}`).expect(200)).body).toEqual({
      items: [],
      next_cursor: null,
    });
  });
});

describe('search', () => {
  test('ISO-12 finds the words of this workspace, and never those of a neighbour', async () => {
    const neighbour = await (await globex.ownerClient()).enterWorkspace(globex.workspaces[0]?.id ?? '');
    expect((await inside.get('/v1/documents/search?q=canary')).body.items).toMatchObject([
      { passage: expect.stringContaining('canary of Acme sings in First') },
    ]);
    expect((await neighbour.get('/v1/documents/search?q=canary')).body.items).toMatchObject([
      { passage: expect.stringContaining('canary of Globex sings in First') },
    ]);
    for (const words of ['Globex', 'canary or Globex', '"canary of Globex"']) {
      const { body } = await inside.get(`/v1/documents/search?q=${encodeURIComponent(words)}`).expect(200);
      expect(JSON.stringify(body)).not.toContain('Globex');
    }
  });

  test.each([
    ["'", 0],
    ['!!! & |', 0],
    ['canary -sings', 0],
    ['"canary of" or nothing', 1],
  ])('takes %s as words', async (words, hits) => {
    const { body } = await inside.get(`/v1/documents/search?q=${encodeURIComponent(words)}`).expect(200);
    expect(body.items).toHaveLength(hits);
  });
});

test('API-18 a text with more different words than can be indexed is refused, and says so', async () => {
  const inside = await (await acme.ownerClient()).enterWorkspace(acme.workspaces[0]?.id ?? '');
  const letter = (number: number) => String.fromCodePoint(0x4e00 + (Math.floor(number) % 20_000));
  // each pair with a hyphen is three words of the index: both parts, and the whole
  const words = Array.from({ length: 33_000 }, (_, index) => {
    const [one, other] = [index * 2, index * 2 + 1];
    return `${letter(one)}${letter(one / 20_000 + 7)}-${letter(other)}${letter(other / 20_000 + 11)}`;
  });
  const body = words.join(' ').slice(0, 200_000);
  const made = await inside.post('/v1/documents', { dataset_id: acme.workspaces[0]?.datasetId, title: 'Many', body });
  const refused = { status: 422, code: 'text_not_indexable' };
  expect({ status: made.status, code: made.body.code }).toEqual(refused);
  const changed = await inside.send(
    'patch',
    `/v1/documents/${acme.workspaces[0]?.documentId}`,
    { body },
    { 'If-Match': '"v1"' },
  );
  expect({ status: changed.status, code: changed.body.code }).toEqual(refused);
});
