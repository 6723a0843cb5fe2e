import { newId } from '#libs/context';
import { asOperator } from '#libs/database';
import { type Client, comparable, PASSWORD, type World, type WorldAccount } from '#libs/testing';
import { openWorld } from './open-world.js';

let world: World;
let acme: WorldAccount;
let globex: WorldAccount;
let owner: Client;

beforeAll(async () => {
  world = await openWorld();
  acme = await world.account('Acme');
  globex = await world.account('Globex', 'us-east-1');
  owner = await acme.ownerClient();
});
afterAll(() => world.close());

const fresh = (name = 'guest') => `${name}.${newId()}@studio.example`;
const invite = (email: string, more: object = {}, by = owner) =>
  by.post('/v1/account/invitations', { email, role: 'developer', ...more });
const accept = (client: Client, token: string) => client.post('/v1/invitations/accept', { token });
const acceptAsNew = (token: string, more: object = {}) =>
  world.nobody.post('/v1/invitations/accept-as-new', { token, name: 'Gia Guest', new_password: PASSWORD, ...more });
async function invited(email = fresh(), more: object = {}) {
  const { body } = await invite(email, more).expect(201);
  return { email, id: body.id as string, token: await world.codeMailedTo(email) };
}
const inCell = <Row extends Record<string, unknown>>(text: string, values: unknown[] = []) =>
  asOperator(world.databases.adminUrlOf('eu-west-1'), async (admin) => (await admin.query<Row>(text, values)).rows);

describe('TEN-11 an invitation', () => {
  test('goes to its address alone: neither who invites nor the database sees what the mail carries', async () => {
    const email = fresh();
    const { body } = await invite(` ${email} `).expect(201);
    expect(body).toMatchObject({ email, role: 'developer', access: 'all', status: 'pending', sent_at: null });
    const token = await world.codeMailedTo(email);
    const shown = await owner.get(`/v1/account/invitations/${body.id}`).expect(200);
    expect(shown.body.sent_at).not.toBeNull();
    const secret = token.slice(-43);
    expect(JSON.stringify([body, shown.body])).not.toContain(secret);
    const [row] = await inCell<{ text: string }>(
      "select (select string_agg(i::text, '') from invitations i) || (select string_agg(o::text, '') from outbox_messages o) || (select string_agg(e::text, '') from audit_entries e) as text",
    );
    expect(row?.text).not.toContain(secret);
  });

  test('is accepted by somebody new, who gets what it says and nothing else', async () => {
    const [first, second] = acme.workspaces;
    const { email, token } = await invited(fresh(), {
      role: 'viewer',
      access: 'named',
      workspaces: [{ workspace_id: first?.id, role: 'member' }],
    });
    expect((await world.nobody.post('/v1/invitations/look', { token }).expect(200)).body).toEqual({
      account_name: 'Acme',
      region: 'eu-west-1',
      email,
      role: 'viewer',
      role_name: null,
      expires_at: expect.any(String),
      has_sign_in: false,
    });
    const { body } = await acceptAsNew(token).expect(201);
    expect(body).toEqual({ account_id: acme.id, user: { id: expect.any(String), name: 'Gia Guest', email } });
    const guest = await (await world.signIn(email)).enterAccount(acme.id);
    await (await guest.enterWorkspace(first?.id ?? '')).get('/v1/documents').expect(200);
    await guest.post(`/v1/account/workspaces/${second?.id}/enter`).expect(404);
    await invite(fresh(), {}, guest).expect(403);
  });

  test('is accepted by somebody who is there already, in whatever spelling of the address, in another region', async () => {
    const { user } = await globex.addMember('viewer');
    const { token } = await invited(user.email.toUpperCase());
    expect((await world.nobody.post('/v1/invitations/look', { token }).expect(200)).body.has_sign_in).toBe(true);
    expect((await acceptAsNew(token).expect(409)).body.code).toBe('email_taken');
    const client = await world.signIn(user.email);
    expect((await accept(client, token).expect(201)).body).toEqual({ account_id: acme.id });
    expect((await (await client.enterAccount(acme.id)).get('/v1/account').expect(200)).body.name).toBe('Acme');
    expect((await client.get('/v1/me/accounts')).body.items).toHaveLength(2);
  });

  test('is refused to anybody else, says the way on, and stays good', async () => {
    const { email, token } = await invited();
    const other = await world.signIn((await world.person('Other')).email);
    const { body } = await accept(other, token).expect(403);
    expect(body.code).toBe('invitation_for_another');
    expect(body.detail).not.toContain(email);
    await acceptAsNew(token).expect(201);
  });

  test('is good once, of a hundred at once too', async () => {
    const user = await world.person('Many');
    const { token } = await invited(user.email);
    const client = await world.signIn(user.email);
    const answers = await Promise.all(Array.from({ length: 100 }, () => accept(client, token)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 403]));
    const rows = await inCell('select 1 from members where user_id = $1', [user.id]);
    expect(rows).toHaveLength(1);
    await accept(client, token).expect(403);
  });

  test('is sent again with another secret; the one before is dead at once', async () => {
    const { email, id, token } = await invited();
    const { body } = await owner.post(`/v1/account/invitations/${id}/resend`).expect(200);
    expect(body).toMatchObject({ id, status: 'pending', version: 2 });
    // before the new mail has gone out
    await acceptAsNew(token).expect(403);
    const second = await world.codeMailedTo(email);
    expect(second).not.toBe(token);
    await acceptAsNew(token).expect(403);
    await acceptAsNew(second).expect(201);
    expect((await owner.post(`/v1/account/invitations/${id}/resend`).expect(409)).body.code).toBe('invitation_settled');
  });

  test('is good for seven days, stays in the list after that, and is sent again from there', async () => {
    const { email, id, token } = await invited();
    const [{ seconds } = { seconds: 0 }] = await inCell<{ seconds: number }>(
      'select extract(epoch from expires_at - now())::int as seconds from invitations where id = $1',
      [id],
    );
    expect(seconds).toBeGreaterThan(7 * 86_400 - 60);
    expect(seconds).toBeLessThanOrEqual(7 * 86_400);
    await inCell("update invitations set expires_at = expires_at - interval '7 days' where id = $1", [id]);
    await acceptAsNew(token).expect(403);
    expect((await owner.get(`/v1/account/invitations/${id}`)).body.status).toBe('expired');
    expect((await invite(email).expect(409)).body.code).toBe('already_invited');
    await owner.post(`/v1/account/invitations/${id}/resend`).expect(200);
    await acceptAsNew(await world.codeMailedTo(email)).expect(201);
  });

  test('is taken back, also before its mail has gone out', async () => {
    const { id, token } = await invited();
    await owner.send('delete', `/v1/account/invitations/${id}`).expect(204);
    await acceptAsNew(token).expect(403);
    const email = fresh();
    const { body } = await invite(email).expect(201);
    await owner.send('delete', `/v1/account/invitations/${body.id}`).expect(204);
    expect(await world.mailsTo(email)).toEqual([]);
    expect((await owner.get(`/v1/account/invitations/${body.id}`)).body.status).toBe('revoked');
    await invite(email).expect(201);
  });

  test('is not made for a member, nor twice; of two at once one is', async () => {
    expect((await invite(acme.owner.email.toUpperCase()).expect(409)).body.code).toBe('already_member');
    const email = fresh();
    const answers = await Promise.all(Array.from({ length: 6 }, () => invite(email)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
  });

  test('brings a removed member back with what it says, and nothing from before', async () => {
    const { user, memberId } = await acme.addMember('admin');
    await owner.send('delete', `/v1/account/members/${memberId}`).expect(204);
    const { token } = await invited(user.email, { role: 'viewer' });
    const client = await world.signIn(user.email);
    await accept(client, token).expect(201);
    const inside = await client.enterAccount(acme.id);
    await invite(fresh(), {}, inside).expect(403);
  });

  test('of one account is nothing in another', async () => {
    const { id } = await invited();
    const foreign = await globex.ownerClient();
    for (const [method, path] of [
      ['get', ''],
      ['post', '/resend'],
      ['delete', ''],
    ] as const) {
      const missing = await foreign.send(method, `/v1/account/invitations/${newId()}${path}`).expect(404);
      expect(comparable(await foreign.send(method, `/v1/account/invitations/${id}${path}`))).toEqual(
        comparable(missing),
      );
    }
  });

  test.each([
    ['of another account', (token: string) => token.replace(acme.id, globex.id)],
    ['of no account', (token: string) => token.replace(acme.id, newId())],
    ['with another secret', (token: string) => `${token.slice(0, -43)}${'x'.repeat(43)}`],
    ['that is none', () => 'nonsense'],
  ])('a secret %s is refused like one that is used up', async (_, change) => {
    const { token } = await invited();
    const { id, token: used } = await invited();
    await owner.send('delete', `/v1/account/invitations/${id}`).expect(204);
    const expected = await world.nobody.post('/v1/invitations/look', { token: used }).expect(403);
    const answer = await world.nobody.post('/v1/invitations/look', { token: change(token) });
    expect(comparable(answer)).toEqual(comparable(expected));
    await acceptAsNew(token).expect(201);
  });
});

describe('TEN-11 B6 nobody invites above themselves', () => {
  test('an admin invites no owner, alone or in a list, nor sends one’s invitation again or takes it back', async () => {
    const admin = await acme.clientOf('admin');
    for (const [path, body] of [
      ['', { email: fresh(), role: 'owner' }],
      ['/bulk', { addresses: fresh(), role: 'owner' }],
    ] as const)
      expect((await admin.post(`/v1/account/invitations${path}`, body).expect(403)).body.code).toBe('role_above_own');
    const { id } = await invited(fresh(), { role: 'owner' });
    await admin.post(`/v1/account/invitations/${id}/resend`).expect(403);
    await admin.send('delete', `/v1/account/invitations/${id}`).expect(403);
    await invite(fresh(), { role: 'admin' }, admin).expect(201);
  });

  test('owners and admins are not narrowed, and named access needs names', async () => {
    const named = { access: 'named', workspaces: [{ workspace_id: acme.workspaces[0]?.id, role: 'viewer' }] };
    expect((await invite(fresh(), { role: 'admin', ...named }).expect(409)).body.code).toBe('cannot_narrow');
    await invite(fresh(), { role: 'viewer', access: 'named' }).expect(400);
    await invite(fresh(), {
      role: 'viewer',
      ...named,
      workspaces: [{ workspace_id: globex.workspaces[0]?.id, role: 'viewer' }],
    }).expect(404);
    await invite(fresh(), { role: 'viewer', ...named, workspaces: [...named.workspaces, ...named.workspaces] }).expect(
      409,
    );
  });
});

test('TEN-11 B6 what somebody who is gone, or demoted, has invited is good no more', async () => {
  const admin = await acme.clientOf('admin');
  const tokens: string[] = [];
  for (const email of [fresh(), fresh()]) {
    await invite(email, { role: 'admin' }, admin).expect(201);
    tokens.push(await world.codeMailedTo(email));
  }
  const { headers } = await owner.get(`/v1/account/members/${admin.memberId}`).expect(200);
  await owner
    .send(
      'patch',
      `/v1/account/members/${admin.memberId}`,
      { role: 'developer' },
      { 'If-Match': headers['etag'] ?? '' },
    )
    .expect(200);
  await acceptAsNew(tokens[0] ?? '').expect(403);
  await owner.send('delete', `/v1/account/members/${admin.memberId}`).expect(204);
  await acceptAsNew(tokens[1] ?? '').expect(403);
});

test('TEN-11 nobody’s mailbox is flooded with invitations', async () => {
  const { id, email } = await invited();
  for (let turn = 0; turn < 5; turn += 1) await owner.post(`/v1/account/invitations/${id}/resend`).expect(200);
  expect((await owner.post(`/v1/account/invitations/${id}/resend`).expect(429)).body.code).toBe('too_many_invitations');
  for (let turn = 0; turn < 5; turn += 1) {
    const { items } = (await owner.get('/v1/account/invitations')).body;
    const pending = items.find(
      (one: { email: string; status: string }) => one.email === email && one.status === 'pending',
    );
    await owner.send('delete', `/v1/account/invitations/${pending.id}`).expect(204);
    await invite(email).expect(turn < 4 ? 201 : 429);
  }
});

describe('TEN-11 inviting many', () => {
  test('tells what became of each line, and invites those who can be', async () => {
    const [one, two, known] = [fresh(), fresh(), fresh()];
    await invite(known).expect(201);
    const addresses = [one, '', '  ', 'no address', two.toUpperCase(), two, acme.owner.email, known].join('\r\n');
    const { body } = await owner.post('/v1/account/invitations/bulk', { addresses, role: 'member' }).expect(200);
    expect(body.items.map(({ line, outcome }: { line: number; outcome: string }) => [line, outcome])).toEqual([
      [1, 'invited'],
      [4, 'malformed'],
      [5, 'invited'],
      [6, 'repeated'],
      [7, 'already_member'],
      [8, 'already_invited'],
    ]);
    expect(await world.mailsTo(one)).toHaveLength(1);
  });

  test('takes 200 lines, and no more', async () => {
    const lines = (count: number) => Array.from({ length: count }, () => fresh('many')).join('\n');
    const { body } = await owner
      .post('/v1/account/invitations/bulk', { addresses: lines(200), role: 'viewer' })
      .expect(200);
    expect(body.items).toHaveLength(200);
    await owner.post('/v1/account/invitations/bulk', { addresses: lines(201), role: 'viewer' }).expect(400);
  });
});

test('BIL-07 seats are asked for when an invitation is accepted: of two for the last one, one sits, and removal frees it', async () => {
  const tight = await world.emptyAccount('Tight');
  await tight.grant('enterprise', 2);
  const by = await tight.ownerClient();
  const tokens: string[] = [];
  for (const email of [fresh(), fresh()]) {
    await invite(email, {}, by).expect(201);
    tokens.push(await world.codeMailedTo(email));
  }
  const accept = (token: string | undefined) =>
    world.nobody.post('/v1/invitations/accept-as-new', { token, name: 'Gia', new_password: PASSWORD });
  const answers = await Promise.all(tokens.map(accept));
  expect(answers.map(({ status, body }) => [status, body.code]).sort()).toEqual([
    [201, undefined],
    [409, 'limit_reached'],
  ]);
  const refused = answers.find(({ status }) => status === 409)?.body;
  expect(refused).toMatchObject({ limit: 'seats', most: 2, used: 2, roles: ['owner', 'admin'] });

  const { body: members } = await by.get('/v1/account/members').expect(200);
  const other = members.items.find(({ role }: { role: string }) => role !== 'owner');
  await by.send('delete', `/v1/account/members/${other.id}`).expect(204);
  const { body: usage } = await by.get('/v1/account/usage').expect(200);
  expect(usage.items[0]).toMatchObject({ limit: 'seats', used: 1, most: 2 });
});
