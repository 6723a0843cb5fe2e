import { asOperator } from '#libs/database';
import { OF_EVERY_ROLE, type Permission, ROLE_PERMISSIONS } from '#libs/roles';
import { type Client, type World, type WorldAccount } from '#libs/testing';
import { openWorld } from './open-world.js';

let world: World;
let acme: WorldAccount;
let owner: Client;

beforeAll(async () => {
  world = await openWorld();
  acme = await world.account('Acme');
  owner = await acme.ownerClient();
});
afterAll(() => world.close());

const READER: readonly Permission[] = ['account.read', 'workspaces.read', 'datasets.read', 'documents.read'];
const HOST: readonly Permission[] = ['account.read', 'members.read', 'members.invite', 'members.update', 'roles.write'];
const IF_MATCH = { 'If-Match': '"v1"' };
const MISSING = '01935000-0000-7000-8000-00000000dead';

async function makeRole(name: string, permissions: readonly Permission[], by = owner): Promise<string> {
  return (await by.post('/v1/account/roles', { name, permissions }).expect(201)).body.id;
}

function answer({ status, body }: { status: number; body: { code?: string } }) {
  return { status, code: body.code };
}

test('TEN-03 an account has roles of its own: made, listed, shown, changed and removed', async () => {
  const id = await makeRole('Copywriter', ['workspaces.read', 'documents.write', 'documents.read', 'documents.read']);
  const { body: shown, headers } = await owner.get(`/v1/account/roles/${id}`).expect(200);
  expect(shown).toMatchObject({
    id,
    name: 'Copywriter',
    permissions: [...OF_EVERY_ROLE, 'documents.read', 'documents.write', 'workspaces.read'].sort(),
    version: 1,
  });
  expect(headers['etag']).toMatch(/^"v1-[\w-]{16}"$/);
  expect((await owner.get('/v1/account/roles').expect(200)).body.items).toContainEqual(shown);
  const changes = { name: 'Editor', permissions: ['documents.read', 'workspaces.read'] };
  const { body } = await owner.send('patch', `/v1/account/roles/${id}`, changes, IF_MATCH).expect(200);
  const readsOnly = [...OF_EVERY_ROLE, 'documents.read', 'workspaces.read'].sort();
  expect(body).toMatchObject({ name: 'Editor', permissions: readsOnly, version: 2 });
  expect(answer(await owner.send('patch', `/v1/account/roles/${id}`, { name: 'Late' }, IF_MATCH))).toMatchObject({
    status: 412,
  });
  await owner.send('delete', `/v1/account/roles/${id}`).expect(204);
  await owner.get(`/v1/account/roles/${id}`).expect(404);
  const { body: trail } = await owner.get('/v1/account/audit-entries?limit=3&kind=acts&outcome=succeeded').expect(200);
  expect(trail.items.map(({ action }: { action: string }) => action)).toEqual([
    'role.remove',
    'role.update',
    'role.create',
  ]);
  expect(trail.items[1].changes).toEqual({
    name: { from: 'Copywriter', to: 'Editor' },
    permissions: {
      from: [...readsOnly, 'documents.write'].sort(),
      to: readsOnly,
    },
  });
});

test('TEN-03 bad roles are refused: a name taken, a permission unknown or the owner’s, a role without its id', async () => {
  await makeRole('Taken', READER);
  expect(answer(await owner.post('/v1/account/roles', { name: 'TAKEN', permissions: [] }))).toEqual({
    status: 409,
    code: 'already_exists',
  });
  for (const permission of ['account.transfer', 'account.secure', 'everything'])
    await owner.post('/v1/account/roles', { name: 'No', permissions: [permission] }).expect(400);
  for (const fields of [
    { role: 'custom' },
    { role: 'viewer', custom_role_id: MISSING },
    { custom_role_id: MISSING },
    { role: 'custom', custom_role_id: 'x' },
  ]) {
    const { memberId } = await acme.addMember('viewer');
    await owner.send('patch', `/v1/account/members/${memberId}`, fields, IF_MATCH).expect(400);
  }
});

test('TEN-05 what a custom role lets do counts from the next request, in the account and in one workspace', async () => {
  const [first, second] = acme.workspaces;
  const id = await makeRole('Writer', [...READER, 'documents.write']);
  const member = await acme.clientOf('viewer');
  const given = { role: 'custom', custom_role_id: id };
  const { body } = await owner.send('patch', `/v1/account/members/${member.memberId}`, given, IF_MATCH).expect(200);
  expect(body).toMatchObject(given);
  const inside = await member.enterWorkspace(first?.id ?? '');
  const write = () => inside.post('/v1/documents', { dataset_id: first?.datasetId, title: 'Draft' });
  await write().expect(201);
  await owner.send('patch', `/v1/account/roles/${id}`, { permissions: READER }, IF_MATCH).expect(200);
  expect(answer(await write())).toEqual({ status: 403, code: 'permission_missing' });
  await inside.get('/v1/documents').expect(200);
  const { body: workspaces } = await member.get('/v1/account/workspaces').expect(200);
  expect(workspaces.items[0]).toMatchObject(given);

  const wide = await makeRole('Deleter', [...READER, 'documents.delete']);
  await owner
    .send('put', `/v1/account/members/${member.memberId}/workspaces/${second?.id}`, {
      role: 'custom',
      custom_role_id: wide,
    })
    .expect(200);
  const inSecond = await member.enterWorkspace(second?.id ?? '');
  await inSecond.send('delete', `/v1/documents/${second?.documentId}`).expect(204);
  await inside.send('delete', `/v1/documents/${first?.documentId}`).expect(403);
});

test('A15 a change of the role that is committed between guard and command counts', async () => {
  const [workspace] = acme.workspaces;
  const role = await acme.addRole('Racer', [...READER, 'datasets.write']);
  const { user } = await acme.addMember(role);
  const inAccount = await (await world.signIn(user.email)).enterAccount(acme.id);
  const inside = await inAccount.enterWorkspace(workspace?.id ?? '');
  const refused = await asOperator(world.databases.adminUrlOf('eu-west-1'), async (admin) => {
    await admin.query('begin');
    await admin.query('update public.custom_roles set permissions = $2 where id = $1', [role.customRoleId, READER]);
    const sent = (async () => inside.post('/v1/datasets', { name: 'Too late' }))();
    for (let waiting = 0; waiting === 0; ) {
      const { rows } = await admin.query<{ count: number }>(
        "select count(*)::int as count from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
      );
      waiting = rows[0]?.count ?? 0;
    }
    await admin.query('commit');
    return sent;
  });
  expect(answer(refused)).toEqual({ status: 403, code: 'permission_missing' });
});

test('TEN-03 no role is useless: each lets its members see the account and leave it, and lets them enter nothing by itself', async () => {
  const made = await owner.post('/v1/account/roles', { name: 'Empty', permissions: [] }).expect(201);
  expect(made.body.permissions).toEqual(OF_EVERY_ROLE);
  const guest = await acme.clientOf({ role: 'custom', customRoleId: made.body.id });
  await guest.get('/v1/account').expect(200);
  await guest.get('/v1/account/workspaces').expect(403);
  await guest.get('/v1/account/members').expect(403);
  await guest.post('/v1/account/leave').expect(204);
});

describe('B6 nobody makes, gives, takes or changes a role above their own', () => {
  test('whoever may make roles makes none that may do more than they, and does not change their own', async () => {
    const role = await acme.addRole('Host', HOST);
    const host = await acme.clientOf(role);
    const above = { status: 403, code: 'role_above_own' };
    expect(answer(await host.post('/v1/account/roles', { name: 'Up', permissions: ['workspaces.read'] }))).toEqual(
      above,
    );
    const lower = await makeRole('Guest list', ['members.read'], host);
    const raise = { permissions: ['members.read', 'audit.read'] };
    expect(answer(await host.send('patch', `/v1/account/roles/${lower}`, raise, IF_MATCH))).toEqual(above);
    const higher = await makeRole('Higher', READER);
    expect(answer(await host.send('patch', `/v1/account/roles/${higher}`, { name: 'Mine' }, IF_MATCH))).toEqual(above);
    expect(answer(await host.send('delete', `/v1/account/roles/${higher}`))).toEqual(above);
    const own = { permissions: ['members.read'] };
    expect(answer(await host.send('patch', `/v1/account/roles/${role.customRoleId}`, own, IF_MATCH))).toEqual({
      status: 403,
      code: 'role_is_own',
    });
    const email = 'new@example.com';
    const invite = (id: string) => host.post('/v1/account/invitations', { email, role: 'custom', custom_role_id: id });
    expect(answer(await invite(higher))).toEqual(above);
    expect(answer(await host.post('/v1/account/invitations', { email, role: 'viewer' }))).toEqual(above);
    await invite(lower).expect(201);
    const { memberId } = await acme.addMember({ role: 'custom', customRoleId: higher });
    expect(
      answer(
        await host.send(
          'patch',
          `/v1/account/members/${memberId}`,
          { role: 'custom', custom_role_id: lower },
          IF_MATCH,
        ),
      ),
    ).toEqual(above);
  });

  test('nor by way of single workspaces: opening or closing a higher role there is giving or taking it', async () => {
    const [workspace] = acme.workspaces;
    const manager: readonly Permission[] = [
      ...ROLE_PERMISSIONS.viewer,
      'members.read',
      'members.invite',
      'members.update',
      'members.remove',
    ];
    const host = await acme.clientOf(await acme.addRole('Warden', manager));
    const above = { status: 403, code: 'role_above_own' };
    const at = (memberId: string) => `/v1/account/members/${memberId}/workspaces/${workspace?.id}`;
    const viewerThere = { workspaces: [{ id: workspace?.id ?? '', role: 'viewer' as const }] };
    const developerThere = { workspaces: [{ id: workspace?.id ?? '', role: 'developer' as const }] };
    // narrowed to viewer there: without that the account's role holds again
    const narrowed = await acme.addMember('developer', viewerThere);
    expect(answer(await host.send('delete', at(narrowed.memberId)))).toEqual(above);
    const developer = await acme.addMember('developer');
    expect(answer(await host.send('put', at(developer.memberId), { role: 'viewer' }))).toEqual(above);
    const raised = await acme.addMember('viewer', developerThere);
    const wide = await makeRole('Counter', ['members.read', 'members.update']);
    const change = { role: 'custom', custom_role_id: wide };
    expect(answer(await host.send('patch', `/v1/account/members/${raised.memberId}`, change, IF_MATCH))).toEqual(above);
    expect(answer(await host.send('delete', `/v1/account/members/${raised.memberId}`))).toEqual(above);
    const { body: invited } = await owner
      .post('/v1/account/invitations', {
        email: 'raised@example.com',
        role: 'viewer',
        workspaces: [{ workspace_id: workspace?.id, role: 'developer' }],
      })
      .expect(201);
    expect(answer(await host.post(`/v1/account/invitations/${invited.id}/resend`))).toEqual(above);
    expect(answer(await host.send('delete', `/v1/account/invitations/${invited.id}`))).toEqual(above);
    // what is not above may be changed (the control)
    const plain = await acme.addMember('viewer', viewerThere);
    await host.send('delete', at(plain.memberId)).expect(204);
    await host.send('put', at(plain.memberId), { role: 'viewer' }).expect(200);
    await host.send('delete', `/v1/account/members/${plain.memberId}`).expect(204);
  });

  test('a role that may change something may see it, and enter the workspace that it is in', async () => {
    for (const permissions of [
      ['documents.write', 'documents.read'],
      ['documents.write', 'workspaces.read'],
      ['datasets.delete'],
      ['members.update'],
      ['roles.write', 'account.read'],
    ]) {
      const { body } = await owner.post('/v1/account/roles', { name: 'Blind', permissions }).expect(400);
      expect(body.errors[0]).toMatchObject({ field: 'permissions', problem: expect.stringContaining('needs') });
    }
  });

  test('an invitation whose role has grown beyond the inviter’s own opens nothing', async () => {
    const host = await acme.clientOf(await acme.addRole('Inviter', HOST));
    const id = await makeRole('Growing', ['members.read'], host);
    const email = 'grown@example.com';
    await host.post('/v1/account/invitations', { email, role: 'custom', custom_role_id: id }).expect(201);
    const token = await world.codeMailedTo(email);
    const { body: open } = await world.nobody.post('/v1/invitations/look', { token }).expect(200);
    expect(open).toMatchObject({ role: 'custom', role_name: 'Growing' });
    await owner.send('patch', `/v1/account/roles/${id}`, { permissions: READER }, IF_MATCH).expect(200);
    const person = { token, name: 'New', new_password: 'quite another passphrase' };
    expect(answer(await world.nobody.post('/v1/invitations/accept-as-new', person))).toEqual({
      status: 403,
      code: 'mailed_token_refused',
    });
    await owner
      .send('patch', `/v1/account/roles/${id}`, { permissions: ['members.read'] }, { 'If-Match': '"v2"' })
      .expect(200);
    // who was refused was not made, and is now
    await world.nobody.post('/v1/invitations/accept-as-new', person).expect(201);
  });

  test('a role that reaches into every workspace is given for none alone, and does not become one where it is', async () => {
    const [workspace] = acme.workspaces;
    const narrow = { status: 409, code: 'cannot_narrow' };
    const wide = await makeRole('Auditor', ['audit.read']);
    const small = await makeRole('Small', READER);
    const member = await acme.addMember('viewer');
    const path = `/v1/account/members/${member.memberId}/workspaces/${workspace?.id}`;
    const give = (id: string) => owner.send('put', path, { role: 'custom', custom_role_id: id });
    expect(answer(await give(wide))).toEqual(narrow);
    await give(small).expect(200);
    const grow = { permissions: [...READER, 'audit.read'] };
    expect(answer(await owner.send('patch', `/v1/account/roles/${small}`, grow, IF_MATCH))).toEqual(narrow);
    const named = { email: 'n@example.com', role: 'custom', custom_role_id: wide, access: 'named' };
    const workspaces = [{ workspace_id: workspace?.id, role: 'viewer' }];
    expect(answer(await owner.post('/v1/account/invitations', { ...named, workspaces }))).toEqual(narrow);
  });
});

test('TEN-03 a role that somebody has, or is invited to, stays; afterwards it goes', async () => {
  const id = await makeRole('Held', READER);
  const role = { role: 'custom', customRoleId: id } as const;
  const { memberId } = await acme.addMember(role);
  const email = 'held@example.com';
  const { body: invited } = await owner
    .post('/v1/account/invitations', { email, role: 'custom', custom_role_id: id })
    .expect(201);
  const remove = () => owner.send('delete', `/v1/account/roles/${id}`);
  expect((await remove().expect(409)).body).toMatchObject({ code: 'role_in_use', members: 1, invitations: 1 });
  await owner.send('delete', `/v1/account/members/${memberId}`).expect(204);
  await owner.send('delete', `/v1/account/invitations/${invited.id}`).expect(204);
  await remove().expect(204);
  const again = await acme.addMember('viewer');
  const late = { role: 'custom', custom_role_id: id };
  await owner.send('patch', `/v1/account/members/${again.memberId}`, late, IF_MATCH).expect(404);
});

test('the account and a workspace say what whoever asks may do there, from the next read after it has changed', async () => {
  const id = await makeRole('Shown', READER);
  const [workspace] = acme.workspaces;
  const client = await acme.clientOf('viewer', {
    access: 'named',
    workspaces: [{ id: workspace?.id ?? '', role: { role: 'custom', customRoleId: id } }],
  });
  const account = await client.get('/v1/account').expect(200);
  expect(account.body.permissions).toEqual([...ROLE_PERMISSIONS.viewer].sort());
  const path = `/v1/account/workspaces/${workspace?.id}`;
  const shown = await client.get(path).expect(200);
  expect(shown.body.permissions).toEqual([...new Set([...OF_EVERY_ROLE, ...READER])].sort());
  const known = { 'If-None-Match': shown.headers['etag'] ?? '' };
  await client.send('get', path, undefined, known).expect(304);
  await owner
    .send('patch', `/v1/account/roles/${id}`, { permissions: [...READER, 'documents.write'] }, IF_MATCH)
    .expect(200);
  const { body } = await client.send('get', path, undefined, known).expect(200);
  expect(body.permissions).toContain('documents.write');
});
