import { expectDenied, twoAccounts, type World, type WorldAccount } from '#libs/testing';
import { openWorld } from './open-world.js';

// What isolation/isolation.e2e-spec.ts generates for every operation is not repeated here; these are stories.
let world: World;
let acme: WorldAccount;
let globex: WorldAccount;

beforeAll(async () => {
  world = await openWorld();
  ({ acme, globex } = await twoAccounts(world));
});
afterAll(() => world.close());

test('ISO-09 a document of another account, and of another workspace, is as if it did not exist', async () => {
  const [first, second] = acme.workspaces;
  const owner = await acme.ownerClient();
  const inFirst = await owner.enterWorkspace(first?.id ?? '');
  const stranger = await (await globex.ownerClient()).enterWorkspace(globex.workspaces[0]?.id ?? '');
  await inFirst.get(`/v1/documents/${first?.documentId}`).expect(200);
  await expectDenied((id) => stranger.get(`/v1/documents/${id}`), first?.documentId ?? '');
  await expectDenied((id) => inFirst.get(`/v1/documents/${id}`), second?.documentId ?? '');
  await expect(expectDenied((id) => inFirst.get(`/v1/documents/${id}`), first?.documentId ?? '')).rejects.toThrow(
    'was answered with 200',
  );
});

test('ISO-11 a token that counts no more is refused before the form of an id is looked at', async () => {
  const owner = await acme.ownerClient();
  const path = '/v1/workspaces/not-an-id/datasets';
  expect((await owner.get(path).expect(400)).body.code).toBe('invalid_request');
  await owner.send('delete', '/v1/sessions/current').expect(200);
  expect((await owner.get(path).expect(401)).body.code).toBe('unauthenticated');
});

test('TEN-06 an id is never enough: the other workspace has to be entered, with one entry in the trail', async () => {
  const [first, second] = acme.workspaces;
  const owner = await acme.ownerClient();
  const inFirst = await owner.enterWorkspace(first?.id ?? '');
  const { body } = await inFirst.get(`/v1/workspaces/${second?.id}/documents`).expect(409);
  expect(body.code).toBe('workspace_not_entered');
  const inSecond = await inFirst.enterWorkspace(second?.id ?? '');
  await inSecond.get(`/v1/workspaces/${second?.id}/documents`).expect(200);
  const { body: trail } = await inSecond.get('/v1/account/audit-entries?limit=1&kind=acts').expect(200);
  expect(trail.items[0]).toMatchObject({ action: 'workspace.enter', resource_id: second?.id });
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
  await expectDenied((id) => member.get(`/v1/account/workspaces/${id}`), second?.id ?? '');
  await expectDenied((id) => member.post(`/v1/account/workspaces/${id}/enter`), second?.id ?? '');
  await member.get(`/v1/account/workspaces/${first?.id}`).expect(200);
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
