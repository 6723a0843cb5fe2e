import { asOperator } from '#libs/database';
import { PERMISSIONS, ROLE_PERMISSIONS, ROLES, type Role } from '#libs/roles';
import { type Client, type World, type WorldAccount } from '#libs/testing';
import { openWorld } from './open-world.js';

let world: World;
let acme: WorldAccount;

beforeAll(async () => {
  world = await openWorld();
  acme = await world.account('Acme');
});
afterAll(() => world.close());

const IF_MATCH = { 'If-Match': '"v1"' };
const MISSING = '01935000-0000-7000-8000-00000000dead';

test('TEN-03 GET /v1/roles prints the table of roles', async () => {
  const viewer = await acme.clientOf('viewer');
  const { body } = await viewer.get('/v1/roles').expect(200);
  expect(body.roles.map(({ name }: { name: string }) => name)).toEqual(ROLES);
  for (const { name, permissions } of body.roles) expect(new Set(permissions)).toEqual(ROLE_PERMISSIONS[name as Role]);
  expect(body.permissions.map(({ name }: { name: string }) => name)).toEqual(Object.keys(PERMISSIONS));
});

test('TEN-03 a refusal names the permission and the roles that have it, never people', async () => {
  const viewer = await (await acme.clientOf('viewer')).enterWorkspace(acme.workspaces[0]?.id ?? '');
  const { body } = await viewer.post('/v1/datasets', { name: 'Mine' }).expect(403);
  expect(body).toMatchObject({
    code: 'permission_missing',
    permission: 'datasets.write',
    roles: ROLES.filter((role) => ROLE_PERMISSIONS[role].has('datasets.write')),
  });
});

describe('TEN-05 a change of authority counts at once', () => {
  test('a demotion counts from the next request', async () => {
    const workspace = await acme.addWorkspace('Demotion');
    const owner = await acme.ownerClient();
    const developer = await acme.clientOf('developer');
    const inside = await developer.enterWorkspace(workspace.id);
    await inside.send('delete', `/v1/documents/${workspace.documentId}`).expect(204);
    await inside.post(`/v1/documents/${workspace.documentId}/restore`).expect(200);
    await owner.send('patch', `/v1/account/members/${developer.memberId}`, { role: 'viewer' }, IF_MATCH).expect(200);
    const { body } = await inside.send('delete', `/v1/documents/${workspace.documentId}`).expect(403);
    expect(body.code).toBe('permission_missing');
    await inside.get(`/v1/documents/${workspace.documentId}`).expect(200);
  });

  test('B8 a removed member is refused from the next request, with every token, and by "my accounts"', async () => {
    const owner = await acme.ownerClient();
    const { memberId, user } = await acme.addMember('member');
    const signedIn = await world.signIn(user.email);
    const inAccount = await signedIn.enterAccount(acme.id);
    const inside = await inAccount.enterWorkspace(acme.workspaces[0]?.id ?? '');
    await inside.get('/v1/documents').expect(200);
    await owner.send('delete', `/v1/account/members/${memberId}`).expect(204);
    for (const client of [inAccount, inside]) await client.get('/v1/account').expect(401);
    expect((await signedIn.get('/v1/me/accounts').expect(200)).body.items).toEqual([]);
    await signedIn.post(`/v1/me/accounts/${acme.id}/enter`).expect(404);
  });

  test('a role for one workspace counts there alone, and taking it back closes the workspace', async () => {
    const [first, second] = acme.workspaces;
    const owner = await acme.ownerClient();
    const member = await acme.clientOf('viewer', {
      access: 'named',
      workspaces: [{ id: first?.id ?? '', role: 'viewer' }],
    });
    const inFirst = await member.enterWorkspace(first?.id ?? '');
    await inFirst.post('/v1/datasets', { name: 'No' }).expect(403);
    await member.post(`/v1/account/workspaces/${second?.id}/enter`).expect(404);
    const given = await owner
      .send('put', `/v1/account/members/${member.memberId}/workspaces/${second?.id}`, { role: 'member' })
      .expect(200);
    expect(given.body.workspaces).toContainEqual({
      workspace_id: second?.id,
      role: 'member',
      custom_role_id: null,
    });
    const inSecond = await member.enterWorkspace(second?.id ?? '');
    await inSecond.post('/v1/datasets', { name: 'Yes' }).expect(201);
    await inFirst.post('/v1/datasets', { name: 'Still no' }).expect(403);
    await owner.send('delete', `/v1/account/members/${member.memberId}/workspaces/${second?.id}`).expect(204);
    await inSecond.get('/v1/datasets').expect(404);
  });
});

describe('B6 nobody gives, takes or changes a role above their own', () => {
  test('an admin cannot make an owner, nor touch one, and may do both with lower roles (the control)', async () => {
    const admin = await acme.clientOf('admin');
    const owner = await acme.addMember('owner');
    const viewer = await acme.addMember('viewer');
    const promote = (memberId: string, role: Role) =>
      admin.send('patch', `/v1/account/members/${memberId}`, { role }, IF_MATCH);
    expect((await promote(viewer.memberId, 'owner').expect(403)).body.code).toBe('role_above_own');
    expect((await promote(owner.memberId, 'viewer').expect(403)).body.code).toBe('role_above_own');
    expect((await promote(admin.memberId, 'owner').expect(403)).body.code).toBe('role_above_own');
    expect((await admin.send('delete', `/v1/account/members/${owner.memberId}`).expect(403)).body.code).toBe(
      'role_above_own',
    );
    expect((await promote(viewer.memberId, 'admin').expect(200)).body.role).toBe('admin');
  });

  test('Owner and Admin cannot be narrowed', async () => {
    const owner = await acme.ownerClient();
    const admin = await acme.addMember('admin');
    const narrow = await owner.send('patch', `/v1/account/members/${admin.memberId}`, { access: 'named' }, IF_MATCH);
    expect({ status: narrow.status, code: narrow.body.code }).toEqual({ status: 409, code: 'cannot_narrow' });
    const role = await owner.send('put', `/v1/account/members/${admin.memberId}/workspaces/${acme.workspaces[0]?.id}`, {
      role: 'viewer',
    });
    expect({ status: role.status, code: role.body.code }).toEqual({ status: 409, code: 'cannot_narrow' });
  });

  test('B15 mass assignment changes nothing but what the API describes', async () => {
    const owner = await acme.ownerClient();
    const { memberId } = await acme.addMember('viewer');
    for (const extra of [{ account_id: MISSING }, { user_id: MISSING }, { version: 7 }, { status: 'removed' }]) {
      const { body } = await owner
        .send('patch', `/v1/account/members/${memberId}`, { access: 'all', ...extra }, IF_MATCH)
        .expect(400);
      expect(body.errors).toEqual([
        {
          field: Object.keys(extra)[0],
          problem: 'is not a field of this operation',
          pointer: `#/${Object.keys(extra)[0]}`,
        },
      ]);
    }
  });
});

describe('TEN-14 the last owner stays', () => {
  test('cannot leave, be demoted or be removed; after a transfer they can', async () => {
    const small = await world.account('Small');
    const owner = await small.ownerClient();
    const { body: members } = await owner.get('/v1/account/members').expect(200);
    const own = members.items[0].id;
    expect((await owner.post('/v1/account/leave').expect(409)).body.code).toBe('last_owner');
    expect(
      (await owner.send('patch', `/v1/account/members/${own}`, { role: 'admin' }, IF_MATCH).expect(409)).body.code,
    ).toBe('last_owner');
    expect((await owner.send('delete', `/v1/account/members/${own}`).expect(409)).body.code).toBe('last_owner');
    const { memberId } = await small.addMember('developer');
    await owner.post('/v1/account/transfer-ownership', { member_id: memberId }).expect(204);
    const { body: after } = await owner.get(`/v1/account/members/${own}`).expect(200);
    expect(after.role).toBe('admin');
    await owner.post('/v1/account/leave').expect(204);
    await owner.get('/v1/account').expect(401);
  });

  test('two owners who demote each other at once leave one', async () => {
    const pair = await world.account('Pair');
    const first = await pair.ownerClient();
    const second = await pair.clientOf('owner');
    const { body } = await first.get('/v1/account/members').expect(200);
    const firstId = body.items.find(({ id }: { id: string }) => id !== second.memberId).id;
    const demote = (client: Client, id: string) =>
      client.send('patch', `/v1/account/members/${id}`, { role: 'viewer' }, IF_MATCH);
    const answers = await Promise.all([demote(first, second.memberId), demote(second, firstId)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
    const left = await Promise.all([first.get('/v1/account'), second.get('/v1/account')]);
    expect(left.map(({ status }) => status)).toEqual([200, 200]);
    const { body: now } = await first.get('/v1/account/members');
    const { body: other } = await second.get('/v1/account/members');
    const seen = (now.items ?? other.items) as { role: string }[];
    expect(seen.filter(({ role }) => role === 'owner')).toHaveLength(1);
  });
});

describe('A15 what is committed between guard and command counts', () => {
  /** Runs `change` in a transaction that commits only once `command`, past its guard, waits for a row of it. */
  async function inFlight<T>(change: string, values: unknown[], command: () => Promise<T>): Promise<T> {
    return asOperator(world.databases.adminUrlOf('eu-west-1'), async (admin) => {
      await admin.query('begin');
      await admin.query(change, values);
      const answer = command();
      for (let waiting = 0; waiting === 0; ) {
        const { rows } = await admin.query<{ count: number }>(
          "select count(*)::int as count from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
        );
        waiting = rows[0]?.count ?? 0;
      }
      await admin.query('commit');
      return answer;
    });
  }
  const SET_ROLE = 'update public.members set role = $2 where id = $1';
  const REMOVE = "update public.members set status = 'removed' where id = $1";

  test('a removal: the command is refused and nothing is written', async () => {
    const workspace = await acme.addWorkspace('Race');
    const { memberId, user } = await acme.addMember('member');
    const member = await (await (await world.signIn(user.email)).enterAccount(acme.id)).enterWorkspace(workspace.id);
    const answer = await inFlight(REMOVE, [memberId], async () => member.post('/v1/datasets', { name: 'Too late' }));
    expect(answer.status).toBe(401);
    const inside = await (await acme.ownerClient()).enterWorkspace(workspace.id);
    expect((await inside.get('/v1/datasets')).body.items.map(({ name }: { name: string }) => name)).toEqual(['Notes']);
  });

  test('an archived workspace: the command that was on its way is refused', async () => {
    const workspace = await acme.addWorkspace('Closing');
    const inside = await (await acme.ownerClient()).enterWorkspace(workspace.id);
    const answer = await inFlight(
      'update public.workspaces set archived_at = now() where id = $1',
      [workspace.id],
      async () => inside.post('/v1/datasets', { name: 'Too late' }),
    );
    expect(answer.status).toBe(404);
  });

  test('a demotion: the command that was on its way is refused', async () => {
    const { memberId, user } = await acme.addMember('developer');
    const [workspace] = acme.workspaces;
    const inside = await (await (await world.signIn(user.email)).enterAccount(acme.id)).enterWorkspace(
      workspace?.id ?? '',
    );
    const answer = await inFlight(SET_ROLE, [memberId, 'viewer'], async () =>
      inside.post('/v1/datasets', { name: 'Too late' }),
    );
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 403, code: 'permission_missing' });
  });

  test('B6 a demotion: an owner who has become admin makes no owner any more', async () => {
    const owner = await acme.clientOf('owner');
    const { memberId } = await acme.addMember('viewer');
    const answer = await inFlight(SET_ROLE, [owner.memberId, 'admin'], async () =>
      owner.send('patch', `/v1/account/members/${memberId}`, { role: 'owner' }, IF_MATCH),
    );
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 403, code: 'role_above_own' });
  });

  test('B6 a promotion of the target: an admin does not remove who has become owner', async () => {
    const admin = await acme.clientOf('admin');
    const { memberId } = await acme.addMember('viewer');
    const answer = await inFlight(SET_ROLE, [memberId, 'owner'], async () =>
      admin.send('delete', `/v1/account/members/${memberId}`),
    );
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 403, code: 'role_above_own' });
  });

  test('a removal of the target: ownership does not go to somebody who is gone, nor does a role', async () => {
    const owner = await acme.ownerClient();
    const [one, two] = [await acme.addMember('viewer'), await acme.addMember('viewer')];
    const transfer = await inFlight(REMOVE, [one.memberId], async () =>
      owner.post('/v1/account/transfer-ownership', { member_id: one.memberId }),
    );
    expect(transfer.status).toBe(404);
    const path = `/v1/account/members/${two.memberId}/workspaces/${acme.workspaces[0]?.id}`;
    const give = await inFlight(REMOVE, [two.memberId], async () => owner.send('put', path, { role: 'member' }));
    expect(give.status).toBe(404);
    expect((await owner.get('/v1/account')).status).toBe(200);
  });

  test('a deletion of the dataset: no document is left alive in it', async () => {
    const [workspace] = acme.workspaces;
    const inside = await (await acme.ownerClient()).enterWorkspace(workspace?.id ?? '');
    const { body } = await inside.post('/v1/datasets', { name: 'Vanishing' }).expect(201);
    const answer = await inFlight('update public.datasets set deleted_at = now() where id = $1', [body.id], async () =>
      inside.post('/v1/documents', { dataset_id: body.id, title: 'Orphan' }),
    );
    expect(answer.status).toBe(404);
  });
});
