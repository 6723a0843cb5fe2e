import { type Client, expectDenied, twoAccounts, type World, type WorldAccount } from '#libs/testing';
import { openWorld } from './world.js';

let world: World;
let acme: WorldAccount;
let globex: WorldAccount;
let inside: Client;

beforeAll(async () => {
  world = await openWorld();
  ({ acme, globex } = await twoAccounts(world));
  inside = await (await acme.ownerClient()).enterWorkspace(acme.workspaces[0]?.id ?? '');
});
afterAll(() => world.close());

const created = async (title: string) => (await inside.post('/v1/notes', { title }).expect(201)).body;
const version = (number: number) => ({ 'If-Match': `"v${number}"` });

describe('notes', () => {
  test('are created, shown and changed, by either path', async () => {
    const { id } = await created('Spring');
    const shown = await inside.get(`/v1/workspaces/${acme.workspaces[0]?.id}/notes/${id}`).expect(200);
    expect(shown.body).toMatchObject({ id, title: 'Spring', text: '', version: 1 });
    const changed = await inside.send('patch', `/v1/notes/${id}`, { text: 'Warmer colors' }, version(1)).expect(200);
    expect(changed.body).toMatchObject({ title: 'Spring', text: 'Warmer colors', version: 2 });
    await inside.send('patch', `/v1/notes/${id}`, { text: 'Too late' }, version(1)).expect(412);
  });

  test('are listed newest first, page by page', async () => {
    const [first, second] = [await created('First'), await created('Second')];
    const page = (await inside.get('/v1/notes?limit=1').expect(200)).body;
    expect(page.items).toMatchObject([{ id: second.id }]);
    const next = (await inside.get(`/v1/notes?limit=1&cursor=${page.next_cursor}`).expect(200)).body;
    expect(next.items).toMatchObject([{ id: first.id }]);
  });

  test('are deleted for good, in the version that was read', async () => {
    const { id } = await created('Over');
    await inside.send('delete', `/v1/notes/${id}`, undefined, version(2)).expect(412);
    await inside.send('delete', `/v1/notes/${id}`, undefined, version(1)).expect(204);
    await inside.get(`/v1/notes/${id}`).expect(404);
    await inside.send('delete', `/v1/notes/${id}`).expect(404);
  });

  test('refuse a body without a title, and fields that they do not have', async () => {
    await inside.post('/v1/notes', { text: 'Nameless' }).expect(400);
    await inside.post('/v1/notes', { title: 'Spring', account_id: globex.id }).expect(400);
  });

  test('of another workspace and of another account do not exist', async () => {
    const { id } = await created('Secret');
    const neighbour = await (await acme.ownerClient()).enterWorkspace(acme.workspaces[1]?.id ?? '');
    const stranger = await (await globex.ownerClient()).enterWorkspace(globex.workspaces[0]?.id ?? '');
    for (const client of [neighbour, stranger]) await expectDenied((one) => client.get(`/v1/notes/${one}`), id);
    await inside.get(`/v1/notes/${id}`).expect(200);
  });

  test('may be read by a viewer, and not written', async () => {
    const { id } = await created('For all');
    const viewer = await (await acme.clientOf('viewer')).enterWorkspace(acme.workspaces[0]?.id ?? '');
    await viewer.get(`/v1/notes/${id}`).expect(200);
    expect((await viewer.post('/v1/notes', { title: 'Mine' }).expect(403)).body.code).toBe('permission_missing');
    await viewer.send('delete', `/v1/notes/${id}`).expect(403);
  });
});
