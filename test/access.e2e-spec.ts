import { type Client, comparable, twoAccounts, type World, type WorldAccount } from '#libs/testing';
import { openWorld } from './open-world.js';

let world: World;
let acme: WorldAccount;
let globex: WorldAccount;

beforeAll(async () => {
  world = await openWorld();
  ({ acme, globex } = await twoAccounts(world));
});
afterAll(() => world.close());

type Call = readonly [
  method: 'get' | 'post' | 'put' | 'patch' | 'delete',
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
];

const MISSING = '01935000-0000-7000-8000-00000000dead';
const IF_MATCH = { 'If-Match': '"v1"' };

// Every route with an id, with the status that its owner gets. Ids are those of the account given.
function accountRoutes(of: { workspaceId: string; memberId: string }): readonly (readonly [number, Call])[] {
  const { workspaceId, memberId } = of;
  return [
    [200, ['get', `/v1/account/workspaces/${workspaceId}`]],
    [200, ['patch', `/v1/account/workspaces/${workspaceId}`, { name: 'Renamed' }, IF_MATCH]],
    [201, ['post', `/v1/account/workspaces/${workspaceId}/enter`]],
    [200, ['get', `/v1/account/members/${memberId}`]],
    [200, ['put', `/v1/account/members/${memberId}/workspaces/${workspaceId}`, { role: 'member' }]],
    [204, ['delete', `/v1/account/members/${memberId}/workspaces/${workspaceId}`]],
    [200, ['patch', `/v1/account/members/${memberId}`, { role: 'developer' }, IF_MATCH]],
    [204, ['post', '/v1/account/transfer-ownership', { member_id: memberId }]],
    [200, ['post', `/v1/account/workspaces/${workspaceId}/archive`]],
    [200, ['post', `/v1/account/workspaces/${workspaceId}/restore`]],
  ];
}

function contentRoutes(
  prefix: string,
  of: { datasetId: string; documentId: string },
): readonly (readonly [number, Call])[] {
  const { datasetId, documentId } = of;
  return [
    [200, ['get', `${prefix}/datasets/${datasetId}`]],
    [200, ['patch', `${prefix}/datasets/${datasetId}`, { name: 'Renamed' }, IF_MATCH]],
    [201, ['post', `${prefix}/documents`, { dataset_id: datasetId, title: 'Another' }]],
    [200, ['get', `${prefix}/documents/${documentId}`]],
    [200, ['patch', `${prefix}/documents/${documentId}`, { title: 'Renamed' }, IF_MATCH]],
    [204, ['delete', `${prefix}/documents/${documentId}`]],
    [200, ['post', `${prefix}/documents/${documentId}/restore`]],
    [204, ['delete', `${prefix}/datasets/${datasetId}`]],
    [200, ['post', `${prefix}/datasets/${datasetId}/restore`]],
  ];
}

const send = (client: Client, [method, path, body, headers]: Call) => client.send(method, path, body, headers);
const label = ([method, path]: Call) => `${method.toUpperCase()} ${path}`;

async function expectLikeMissing(client: Client, foreign: readonly Call[], missing: readonly Call[]): Promise<void> {
  for (const [index, call] of foreign.entries()) {
    const [one, other] = [await send(client, call), await send(client, missing[index] as Call)];
    expect({ call: label(call), answer: comparable(one) }).toEqual({ call: label(call), answer: comparable(other) });
    expect({ call: label(call), status: one.status }).toEqual({ call: label(call), status: 404 });
  }
}

const calls = (routes: readonly (readonly [number, Call])[]) => routes.map(([, call]) => call);

test('ISO-09 a member of another account gets for every foreign id the answer for one that does not exist', async () => {
  const { memberId } = await acme.addMember('viewer');
  const [workspace] = acme.workspaces;
  const stranger = await globex.ownerClient();
  await expectLikeMissing(
    stranger,
    calls(accountRoutes({ workspaceId: workspace?.id ?? '', memberId })),
    calls(accountRoutes({ workspaceId: MISSING, memberId: MISSING })),
  );

  const inside = await stranger.enterWorkspace(globex.workspaces[0]?.id ?? '');
  for (const prefix of ['/v1', `/v1/workspaces/${globex.workspaces[0]?.id}`]) {
    await expectLikeMissing(
      inside,
      calls(contentRoutes(prefix, workspace as never)),
      calls(contentRoutes(prefix, { datasetId: MISSING, documentId: MISSING })),
    );
  }
  // the whole path of the other account's workspace
  await expectLikeMissing(
    inside,
    calls(contentRoutes(`/v1/workspaces/${workspace?.id}`, workspace as never)),
    calls(contentRoutes(`/v1/workspaces/${MISSING}`, workspace as never)),
  );
  await expectLikeMissing(
    stranger,
    [['post', `/v1/me/accounts/${acme.id}/enter`]],
    [['post', `/v1/me/accounts/${MISSING}/enter`]],
  );
});

test('ISO-09 TEN-06 a token for one workspace gets nothing of another workspace of the same account', async () => {
  const [first, second] = acme.workspaces;
  const inside = await (await acme.ownerClient()).enterWorkspace(first?.id ?? '');
  for (const prefix of ['/v1', `/v1/workspaces/${first?.id}`]) {
    await expectLikeMissing(
      inside,
      calls(contentRoutes(prefix, second as never)),
      calls(contentRoutes(prefix, { datasetId: MISSING, documentId: MISSING })),
    );
  }
  // an id is never enough: the other workspace has to be entered, whatever follows in the path
  for (const call of calls(contentRoutes(`/v1/workspaces/${second?.id}`, second as never))) {
    const { status, body } = await send(inside, call);
    expect({ call: label(call), status, code: body.code }).toEqual({
      call: label(call),
      status: 409,
      code: 'workspace_not_entered',
    });
  }
});

// What is under a workspace without naming anything inside it.
const underWorkspace = (workspaceId: string): readonly (readonly [number, Call])[] => [
  [200, ['get', `/v1/workspaces/${workspaceId}`]],
  [200, ['get', `/v1/workspaces/${workspaceId}/datasets`]],
  [201, ['post', `/v1/workspaces/${workspaceId}/datasets`, { name: 'Planted' }]],
  [200, ['get', `/v1/workspaces/${workspaceId}/documents`]],
  [200, ['get', `/v1/workspaces/${workspaceId}/documents/search?q=canary`]],
];

test('ISO-09 a foreign workspace, and a foreign id in one position at a time, are as if they did not exist', async () => {
  const [ours, theirs] = [globex.workspaces[0], acme.workspaces[0]];
  const stranger = await globex.ownerClient();
  const inside = await stranger.enterWorkspace(ours?.id ?? '');
  await expectLikeMissing(inside, calls(underWorkspace(theirs?.id ?? '')), calls(underWorkspace(MISSING)));
  for (const [status, call] of underWorkspace(ours?.id ?? '')) {
    expect({ call: label(call), status: (await send(inside, call)).status }).toEqual({ call: label(call), status });
  }
  const [mine, foreign] = [await globex.addMember('viewer'), await acme.addMember('viewer')];
  const role = (member: string, workspace: string): Call => [
    'put',
    `/v1/account/members/${member}/workspaces/${workspace}`,
    { role: 'viewer' },
  ];
  const [own, own2] = [ours?.id ?? '', mine.memberId];
  await expectLikeMissing(
    stranger,
    [role(foreign.memberId, own), role(own2, theirs?.id ?? ''), ['delete', `/v1/account/members/${foreign.memberId}`]],
    [role(MISSING, own), role(own2, MISSING), ['delete', `/v1/account/members/${MISSING}`]],
  );
  expect((await send(stranger, role(own2, own))).status).toBe(200);
  await stranger.send('delete', `/v1/account/members/${own2}`).expect(204);
  // a foreign dataset in a query is an empty list, as a missing one is
  const listed = (dataset: string) => inside.get(`/v1/documents?dataset_id=${dataset}`);
  expect(comparable(await listed(theirs?.datasetId ?? ''))).toEqual(comparable(await listed(MISSING)));
  expect((await listed(ours?.datasetId ?? '')).body.items).toHaveLength(1);
});

test('ISO-09 a member with named workspaces gets the others as if they did not exist', async () => {
  const [first, second] = acme.workspaces;
  const member = await acme.clientOf('viewer', {
    access: 'named',
    workspaces: [{ id: first?.id ?? '', role: 'multi_account_manager' }],
  });
  const { body } = await member.get('/v1/account/workspaces').expect(200);
  expect(body.items.map(({ id, role }: { id: string; role: string }) => ({ id, role }))).toEqual([
    { id: first?.id, role: 'multi_account_manager' },
  ]);
  await expectLikeMissing(
    member,
    [
      ['get', `/v1/account/workspaces/${second?.id}`],
      ['patch', `/v1/account/workspaces/${second?.id}`, { name: 'Mine' }, IF_MATCH],
      ['post', `/v1/account/workspaces/${second?.id}/enter`],
      ['post', `/v1/account/workspaces/${second?.id}/archive`],
      ['get', `/v1/workspaces/${second?.id}/documents/${second?.documentId}`],
    ],
    [
      ['get', `/v1/account/workspaces/${MISSING}`],
      ['patch', `/v1/account/workspaces/${MISSING}`, { name: 'Mine' }, IF_MATCH],
      ['post', `/v1/account/workspaces/${MISSING}/enter`],
      ['post', `/v1/account/workspaces/${MISSING}/archive`],
      ['get', `/v1/workspaces/${MISSING}/documents/${MISSING}`],
    ],
  );
  await member.get(`/v1/account/workspaces/${first?.id}`).expect(200);
});

test('ISO-11 AUT-01 nobody gets one and the same 401 everywhere, and the owner gets through (the control)', async () => {
  const { memberId } = await globex.addMember('viewer');
  const workspace = await globex.addWorkspace('Control');
  const owner = await globex.ownerClient();
  const inside = await owner.enterWorkspace(workspace.id);
  const routes = [
    ...contentRoutes('/v1', workspace).map((route) => [inside, ...route] as const),
    ...accountRoutes({ workspaceId: workspace.id, memberId }).map((route) => [owner, ...route] as const),
  ];
  const refused = comparable(await world.nobody.get('/v1/account'));
  for (const [client, status, call] of routes) {
    // versions move on as the control works its way down; the newest is read where one is needed
    const [method, path, body, headers] = call;
    const fresh = headers ? { 'If-Match': (await client.get(path)).headers['etag'] ?? '' } : headers;
    expect({ call: label(call), answer: comparable(await send(world.nobody, call)) }).toEqual({
      call: label(call),
      answer: refused,
    });
    const answer = await client.send(method, path, body, fresh);
    expect({ call: label(call), status: answer.status, body: answer.status >= 400 ? answer.body : null }).toEqual({
      call: label(call),
      status,
      body: null,
    });
  }
  // the transfer took effect
  expect(
    (await owner.get('/v1/account/members?limit=200')).body.items.find(({ id }: { id: string }) => id === memberId)
      .role,
  ).toBe('owner');
});

test('ISO-11 every operation of the API declares its scope, and all but the public ones a bearer token', async () => {
  const { body: api } = await world.nobody.get('/openapi.json').expect(200);
  const operations = Object.entries(api.paths as Record<string, Record<string, Record<string, unknown>>>).flatMap(
    ([path, item]) => Object.entries(item).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
  );
  expect(operations.length).toBeGreaterThan(40);
  const scopes = ['public', 'user', 'account', 'workspace'];
  for (const { name, operation } of operations) {
    expect({ name, known: scopes.includes(String(operation['x-scope'])) }).toEqual({ name, known: true });
    const open = operation['x-scope'] === 'public';
    expect({ name, secured: operation['security'] !== undefined }).toEqual({ name, secured: !open });
  }
  expect(operations.filter(({ operation }) => operation['x-scope'] === 'public').map(({ name }) => name)).toEqual([
    'get /health/live',
    'get /health/ready',
    'post /v1/sessions',
  ]);
});

test('ISO-09 cursors of another account, workspace or list are refused like damaged ones', async () => {
  const [first, second] = acme.workspaces;
  const owner = await acme.ownerClient();
  const [inFirst, inSecond] = [
    await owner.enterWorkspace(first?.id ?? ''),
    await owner.enterWorkspace(second?.id ?? ''),
  ];
  await inFirst.post('/v1/documents', { dataset_id: first?.datasetId, title: 'One more' }).expect(201);
  const { body: page } = await inFirst.get('/v1/documents?limit=1').expect(200);
  expect(page.next_cursor).toEqual(expect.any(String));
  await inFirst.get(`/v1/documents?limit=1&cursor=${page.next_cursor}`).expect(200);

  const damaged = comparable(await inSecond.get('/v1/documents?cursor=nonsense').expect(400));
  const stranger = await (await globex.ownerClient()).enterWorkspace(globex.workspaces[0]?.id ?? '');
  for (const client of [inSecond, stranger])
    expect(comparable(await client.get(`/v1/documents?cursor=${page.next_cursor}`))).toEqual(damaged);
  expect(comparable(await inFirst.get(`/v1/datasets?cursor=${page.next_cursor}`))).toEqual(damaged);
});

test('TEN-05 an archived workspace is closed from the next request, and open again when brought back', async () => {
  const workspace = await acme.addWorkspace('Seasonal');
  const owner = await acme.ownerClient();
  const inside = await owner.enterWorkspace(workspace.id);
  await inside.get(`/v1/documents/${workspace.documentId}`).expect(200);
  await owner.post(`/v1/account/workspaces/${workspace.id}/archive`).expect(200);
  await inside.get(`/v1/documents/${workspace.documentId}`).expect(404);
  await owner.post(`/v1/account/workspaces/${workspace.id}/enter`).expect(404);
  expect(
    (await owner.get('/v1/account/workspaces?state=archived')).body.items.map(({ id }: { id: string }) => id),
  ).toEqual([workspace.id]);
  await owner.post(`/v1/account/workspaces/${workspace.id}/restore`).expect(200);
  await inside.get(`/v1/documents/${workspace.documentId}`).expect(200);
});
