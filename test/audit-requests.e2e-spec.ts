import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EntryCopies, BatchedEntries } from '#libs/audit';
import { asOperator, Recorders } from '#libs/database';
import { Metrics, StructuredLog } from '#libs/telemetry';
import { type Client, PASSWORD, type World, type WorldAccount, testKey } from '#libs/testing';
import request from 'supertest';
import { openWorld } from './open-world.js';

let world: World;
let acme: WorldAccount;
let owner: Client;
let inside: Client;
let logFile: string;

const MISSING = '01935000-0000-7000-8000-00000000dead';

interface Entry {
  readonly id: string;
  readonly category: string;
  readonly action: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly reading: boolean;
  readonly request_id: string;
  readonly resource_type: string;
  readonly resource_id: string | null;
  readonly workspace_id: string | null;
  readonly changes: object;
  readonly [field: string]: unknown;
}

beforeAll(async () => {
  logFile = join(await mkdtemp(join(tmpdir(), 'bulkhead-log-')), 'bulkhead.log');
  world = await openWorld({ LOG_FILE: logFile, TRUSTED_PROXIES: '127.0.0.1,::1' });
  acme = await world.account('Acme');
  owner = await acme.ownerClient();
  inside = await owner.enterWorkspace(acme.workspaces[0]?.id ?? '');
});
afterAll(() => world.close());

async function entriesOf(requestId: string, filter = ''): Promise<Entry[]> {
  const { body } = await owner.get(`/v1/account/audit-entries?limit=200${filter}`).expect(200);
  return body.items.filter((entry: Entry) => entry.request_id === requestId);
}

const requestIdOf = ({ headers }: { headers: Record<string, string> }) => headers['x-request-id'] ?? '';

async function logged(): Promise<Record<string, unknown>[]> {
  await new Promise((resolve) => setTimeout(resolve, 50));
  world.app.get(StructuredLog).flush();
  const text = await readFile(logFile, 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('AUD-04 reads are recorded', () => {
  test('a read of a document: who, from where, what, in which workspace and request', async () => {
    const { documentId, id } = acme.workspaces[0] ?? { documentId: '', id: '' };
    const answer = await inside.get(`/v1/documents/${documentId}`).set('User-Agent', 'Reader/1').expect(200);
    const [entry, ...more] = await entriesOf(requestIdOf(answer));
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      category: 'content',
      action: 'document.read',
      outcome: 'succeeded',
      reason: null,
      reading: true,
      resource_type: 'document',
      resource_id: documentId,
      workspace_id: id,
      changes: {},
      actor_kind: 'user',
      actor_user_id: acme.owner.id,
      address: '127.0.0.1',
      user_agent: 'Reader/1',
    });
  });

  test('lists and searches too, and reading the trail itself', async () => {
    for (const [path, action] of [
      ['/v1/documents', 'document.list'],
      ['/v1/documents/search?q=plan', 'document.search'],
      ['/v1/account/members', 'member.list'],
      ['/v1/account/audit-entries', 'audit_entry.list'],
    ] as const) {
      const answer = await inside.get(path).expect(200);
      expect((await entriesOf(requestIdOf(answer))).map((entry) => entry.action)).toEqual([action]);
    }
  });

  test.each([
    ['203.0.113.7:49152', '203.0.113.7'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['2001:db8::2', '2001:db8::2'],
    ['unknown', null],
    ["'; drop table x", null],
  ])('a proxy that says %s: the address is %s', async (said, address) => {
    const answer = await inside.get('/v1/datasets').set('X-Forwarded-For', said).expect(200);
    expect(await entriesOf(requestIdOf(answer))).toMatchObject([{ address }]);
    await inside.post('/v1/datasets', { name: 'Behind a proxy' }).set('X-Forwarded-For', said).expect(201);
  });

  test('asking for the head alone is a read as well', async () => {
    const { status, headers } = await fetchHead(`/v1/documents/${acme.workspaces[0]?.documentId}`);
    expect(status).toBe(200);
    expect(await entriesOf(headers['x-request-id'] ?? '')).toMatchObject([{ action: 'document.read', reading: true }]);
  });

  test('they are in the table within a second, without anybody asking', async () => {
    const answer = await inside.get('/v1/datasets').expect(200);
    await new Promise((resolve) => setTimeout(resolve, 900));
    const { rows } = await asOperator(world.databases.adminUrlOf('eu-west-1'), (client) =>
      client.query<{ action: string }>('select action from audit_entries where request_id = $1', [requestIdOf(answer)]),
    );
    expect(rows).toEqual([{ action: 'dataset.list' }]);
  });

  test('a thousand at once: each is there, once', async () => {
    const answers = await Promise.all(Array.from({ length: 1_000 }, async () => inside.get('/v1/datasets?limit=1')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const asked = new Set(answers.map(requestIdOf));
    const found: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await owner.get(`/v1/account/audit-entries?limit=200&action=dataset.list${cursor}`).expect(200);
      found.push(...body.items.map((entry: Entry) => entry.request_id));
      if (!body.next_cursor) break;
      cursor = `&cursor=${body.next_cursor}`;
    }
    expect(found.filter((id) => asked.has(id))).toHaveLength(1_000);
    expect(new Set(found).size).toBe(found.length);
  });
});

describe('AUD-03 what was refused or failed is recorded, although its transaction is gone', () => {
  test.each([
    [
      'a missing permission',
      'denied',
      'permission_missing',
      (viewer: Client) => viewer.post('/v1/datasets', { name: 'No' }),
    ],
    ['what is not there', 'denied', 'not_found', (viewer: Client) => viewer.get(`/v1/documents/${MISSING}`)],
    [
      'a list that may not be read',
      'denied',
      'permission_missing',
      (viewer: Client) => viewer.get('/v1/account/audit-entries'),
    ],
    ['a bad field', 'failed', 'invalid_request', (viewer: Client) => viewer.get('/v1/documents?limit=0')],
  ] as const)('%s: %s, %s', async (_, outcome, reason, ask) => {
    const viewer = await (await acme.clientOf('viewer')).enterWorkspace(acme.workspaces[0]?.id ?? '');
    const answer = await ask(viewer);
    const [entry, ...more] = await entriesOf(requestIdOf(answer), `&outcome=${outcome}`);
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ outcome, reason, reading: false, resource_id: null, changes: {} });
  });

  test('a foreign id is not repeated', async () => {
    const globex = await world.account('Globex');
    const foreign = globex.workspaces[0]?.documentId ?? '';
    const answer = await inside.get(`/v1/documents/${foreign}`).expect(404);
    const entries = await entriesOf(requestIdOf(answer));
    expect(entries).toHaveLength(1);
    expect(JSON.stringify(entries)).not.toContain(foreign);
    const theirs = await (await globex.ownerClient()).get('/v1/account/audit-entries?limit=200').expect(200);
    expect(theirs.body.items.filter((entry: Entry) => entry.actor_user_id === acme.owner.id)).toEqual([]);
  });

  test('a command that rolls back after its entry leaves the failure alone', async () => {
    const answer = await owner
      .send('patch', `/v1/account/workspaces/${acme.workspaces[0]?.id}`, { name: 'Late' }, { 'If-Match': '"v999"' })
      .expect(412);
    expect(await entriesOf(requestIdOf(answer))).toMatchObject([
      { action: 'workspace.update', outcome: 'failed', reason: 'precondition_failed' },
    ]);
  });

  test('a token of somebody who was removed', async () => {
    const { memberId, user } = await acme.addMember('member');
    const gone = await (await world.signIn(user.email)).enterAccount(acme.id);
    await owner.send('delete', `/v1/account/members/${memberId}`).expect(204);
    const answer = await gone.get('/v1/account/members').expect(401);
    expect(await entriesOf(requestIdOf(answer))).toMatchObject([
      { action: 'member.list', outcome: 'denied', reason: 'unauthenticated', actor_user_id: user.id },
    ]);
  });

  test('a command that finds nothing to do, and one that is repeated with its key, are recorded as well', async () => {
    const workspace = await acme.addWorkspace('Twice');
    const path = `/v1/account/workspaces/${workspace.id}/archive`;
    await owner.post(path).expect(200);
    const again = await owner.post(path).expect(200);
    const key = { 'Idempotency-Key': 'twice' };
    const made = await inside.send('post', '/v1/datasets', { name: 'Once' }, key).expect(201);
    const repeated = await inside.send('post', '/v1/datasets', { name: 'Once' }, key).expect(201);
    expect(await entriesOf(requestIdOf(made))).toMatchObject([{ reading: false, resource_id: made.body.id }]);
    // nothing was done this time
    expect(await entriesOf(requestIdOf(repeated))).toMatchObject([{ reading: true, resource_id: null, changes: {} }]);
    expect(await entriesOf(requestIdOf(again))).toMatchObject([
      { action: 'workspace.archive', outcome: 'succeeded', changes: {}, resource_id: workspace.id, reading: true },
    ]);
  });
});

describe('AUD-02 two trails, one id', () => {
  test('each entry has a line in the log, of the same id, without address and changes', async () => {
    const answer = await inside.post('/v1/datasets', { name: 'Logged' }).expect(201);
    const [entry] = await entriesOf(requestIdOf(answer));
    const line = (await logged()).find(({ event_id: id }) => id === entry?.id);
    expect(line).toMatchObject({
      level: 'info',
      message: 'audit',
      action: 'dataset.create',
      category: 'content',
      outcome: 'succeeded',
      account_id: acme.id,
      actor_user_id: acme.owner.id,
      request_id: requestIdOf(answer),
    });
    expect(JSON.stringify(line)).not.toContain('127.0.0.1');
    expect(JSON.stringify(line)).not.toContain('Logged');
  });

  test('reads and refusals too', async () => {
    const read = await inside.get('/v1/datasets').expect(200);
    const refused = await inside.get(`/v1/datasets/${MISSING}`).expect(404);
    const lines = await logged();
    for (const answer of [read, refused]) {
      const [entry] = await entriesOf(requestIdOf(answer));
      expect(lines.filter(({ request_id: id }) => id === requestIdOf(answer)).map((line) => line['event_id'])).toEqual([
        entry?.id,
      ]);
    }
  });

  test('a table that takes nothing is seen in the log and counted; what waits is written once it does', async () => {
    const recorders = world.app.get(Recorders);
    const write = recorders.write.bind(recorders);
    recorders.write = () => Promise.reject(new Error('no room left'));
    const answer = await inside.get('/v1/datasets').expect(200);
    await world.app.get(BatchedEntries).flush();
    const missed = (await logged()).find((line) => line['table_failed'] === true);
    expect(missed).toMatchObject({ level: 'error', category: expect.any(String), error: { message: 'no room left' } });
    expect(await metric('bulkhead_audit_failures_total{trail="table"}')).toBeGreaterThan(0);
    recorders.write = write;
    expect(await entriesOf(requestIdOf(answer))).toHaveLength(1);
  });

  test('an entry that the database refuses is left out, and those of others are written', async () => {
    const trail = world.app.get(BatchedEntries);
    const recorders = world.app.get(Recorders);
    const write = recorders.write.bind(recorders);
    recorders.write = (cell, text, [rows]) => {
      const poisoned = '"address":"no address","user_agent":"Poison"';
      return write(cell, text, [String(rows).replace('"address":"127.0.0.1","user_agent":"Poison"', poisoned)]);
    };
    const [before, poison, after] = [
      await inside.get('/v1/datasets').expect(200),
      await inside.get('/v1/datasets').set('User-Agent', 'Poison').expect(200),
      await inside.get('/v1/datasets').expect(200),
    ];
    await trail.flush();
    recorders.write = write;
    for (const [answer, count] of [
      [before, 1],
      [poison, 0],
      [after, 1],
    ] as const)
      expect(await entriesOf(requestIdOf(answer))).toHaveLength(count);
    const line = (await logged()).find(
      (one) => one['table_failed'] === true && one['request_id'] === requestIdOf(poison),
    );
    expect(line).toMatchObject({ level: 'error', action: 'dataset.list' });
  });

  test('a read is refused where its entry could be lost: the trail has not been written for too long', async () => {
    const trail = world.app.get(BatchedEntries);
    const isFull = trail.isFull.bind(trail);
    trail.isFull = () => true;
    const answer = await inside.get(`/v1/documents/${acme.workspaces[0]?.documentId}`);
    trail.isFull = isFull;
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 503, code: 'database_unavailable' });
    expect(answer.text).not.toContain('canary');
  });
});

describe('AUD-01 events of a person outside any account', () => {
  test('are copied to the accounts that they belong to, once, with the same id, and to no other', async () => {
    const globex = await world.account('Umbrella');
    const { user } = await acme.addMember('viewer');
    await world.nobody.post('/v1/sessions', { email: user.email, password: 'wrong password 1' }).expect(401);
    await world.nobody.post('/v1/sessions', { email: user.email, password: PASSWORD }).expect(201);
    const copies = (await world.worker()).get(EntryCopies);
    while (await copies.copyDue());
    const mine = `/v1/account/audit-entries?limit=200&resource_type=user&resource_id=${user.id}`;
    const { body } = await owner.get(mine).expect(200);
    expect(body.items.map(({ action, outcome }: Entry) => [action, outcome])).toEqual([
      ['sign_in.accepted', 'succeeded'],
      ['sign_in.refused', 'denied'],
    ]);
    // who gave the wrong password is not known: the person is what it is about, and did nothing
    expect(body.items[1]).toMatchObject({ actor_kind: 'unknown', actor_user_id: null, resource_id: user.id });
    expect(body.items[0]).toMatchObject({ actor_kind: 'user', actor_user_id: user.id });
    expect((await (await globex.ownerClient()).get(mine).expect(200)).body.items).toEqual([]);
  });

  test('where somebody goes or tries to, and what happened while they were away, is none of an account’s business', async () => {
    const elsewhere = await world.account('Elsewhere');
    const { user, memberId } = await acme.addMember('viewer');
    await elsewhere.addMember('viewer', { user });
    const client = await world.signIn(user.email);
    await client.post(`/v1/me/accounts/${MISSING}/enter`).expect(404);
    await client.post('/v1/invitations/accept', { token: 'bh_iv_nonsense' }).expect(403);
    await client.get('/v1/account/members').expect(409);
    await (await client.enterAccount(elsewhere.id)).get('/v1/me').expect(200);
    const copies = (await world.worker()).get(EntryCopies);
    while (await copies.copyDue());
    const mine = `/v1/account/audit-entries?limit=200&resource_type=user&resource_id=${user.id}`;
    const actions = async () => (await owner.get(mine).expect(200)).body.items.map(({ action }: Entry) => action);
    expect(await actions()).toEqual(['sign_in.accepted']);
    await owner.send('delete', `/v1/account/members/${memberId}`).expect(204);
    await world.signIn(user.email);
    await acme.addMember('viewer', { user });
    while (await copies.copyDue());
    expect(await actions()).toEqual(['sign_in.accepted']);
  });
});

function fetchHead(path: string) {
  return request(world.app.getHttpServer()).head(path).set('Authorization', `Bearer ${inside.token}`);
}

test('AUD-04 an orderly end loses no entry of a read', async () => {
  const ending = await openWorld({ TOKEN_KEYS: `a:${testKey('ending')}` });
  const there = await ending.account('Ending');
  const { headers } = await (await there.ownerClient()).get('/v1/account').expect(200);
  await ending.app.close();
  const { rows } = await asOperator(ending.databases.adminUrlOf('eu-west-1'), (client) =>
    client.query<{ action: string }>('select action from audit_entries where request_id = $1', [
      headers['x-request-id'],
    ]),
  );
  expect(rows).toEqual([{ action: 'account.read' }]);
  await ending.databases.drop();
});

async function metric(name: string): Promise<number> {
  const text = await world.app.get(Metrics).registry.metrics();
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(name))
      ?.split(' ')
      .at(-1) ?? 0,
  );
}
