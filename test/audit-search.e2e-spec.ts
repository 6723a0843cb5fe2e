import { get as httpGet, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { leastIdAt, newId, operator } from '#libs/context';
import { asOperator } from '#libs/database';
import { Workspaces } from '#libs/workspaces';
import { type Client, type World, type WorldAccount } from '#libs/testing';
import { openWorld } from './open-world.js';

let world: World;
let acme: WorldAccount;
let owner: Client;
let inside: Client;
let port: number;

interface Entry {
  readonly id: string;
  readonly action: string;
  readonly [field: string]: unknown;
}

beforeAll(async () => {
  world = await openWorld();
  acme = await world.account('Acme');
  owner = await acme.ownerClient();
  inside = await owner.enterWorkspace(acme.workspaces[0]?.id ?? '');
  await world.app.listen(0, '127.0.0.1');
  port = (world.app.getHttpServer().address() as AddressInfo).port;
});
afterAll(() => world.close());

/** A new id, where an entry is not about the time in its id. */
function idOf({ id }: { readonly id?: string }, base: string): string {
  return id === undefined || id === base ? newId() : id;
}

async function find(filter: string): Promise<Entry[]> {
  return (await owner.get(`/v1/account/audit-entries?limit=200&${filter}`).expect(200)).body.items;
}

describe('AUD-06 the trail is searched', () => {
  test('by actor, action, category, resource, workspace, outcome, kind and words, and by all at once', async () => {
    const { memberId, user } = await acme.addMember('developer');
    const developer = await (await (await world.signIn(user.email)).enterAccount(acme.id)).enterWorkspace(
      acme.workspaces[1]?.id ?? '',
    );
    const { body: made } = await developer.post('/v1/datasets', { name: 'Quixotic launch' }).expect(201);
    await developer.get(`/v1/datasets/${made.id}`).expect(200);
    await developer.get('/v1/account/members').expect(403);
    const workspace = acme.workspaces[1]?.id;
    const all = `actor_member_id=${memberId}&category=content&action=dataset.create&resource_type=dataset&resource_id=${made.id}&in_workspace_id=${workspace}&outcome=succeeded&kind=acts&q=quixotic`;
    for (const filter of [
      `actor_member_id=${memberId}&kind=acts&action=dataset.create`,
      `resource_id=${made.id}&kind=acts`,
      'q=quixotic',
      'q=QUIXOTIC%20launch',
      `in_workspace_id=${workspace}&action=dataset.create&actor_member_id=${memberId}`,
      all,
    ]) {
      const found = await find(filter);
      expect([filter, found.map(({ action, resource_id: id }) => [action, id])]).toEqual([
        filter,
        [['dataset.create', made.id]],
      ]);
    }
    expect((await find(`resource_id=${made.id}&kind=reads`)).map(({ action }) => action)).toEqual(['dataset.read']);
    expect((await find(`actor_member_id=${memberId}&outcome=denied`)).map(({ action }) => action)).toEqual([
      'member.list',
    ]);
    expect(await find('q=nothingofthekind')).toEqual([]);
    expect(await find(`actor_member_id=${made.id}`)).toEqual([]);
  });

  test('with words, by each other filter as well', async () => {
    const { memberId, user } = await acme.addMember('viewer');
    const guest = await acme.addMember('viewer');
    const moment = Date.now();
    const base = {
      id: newId(),
      actor_kind: 'job',
      actor_user_id: null as string | null,
      actor_name: 'zebra' as string | null,
      on_behalf_of_user_id: user.id,
      category: 'content',
      action: 'zebra.paint',
      resource_type: 'zebra',
      resource_id: newId(),
      workspace_id: acme.workspaces[0]?.id,
      outcome: 'failed',
      reason: 'unknown' as string | null,
    };
    const byPerson = { ...base, actor_kind: 'user', actor_user_id: user.id, actor_name: null };
    // beside an entry that a filter finds, one that differs in what the filter is for
    const pairs: readonly (readonly [filter: string, wanted: object, other: object])[] = [
      [`actor_member_id=${memberId}`, byPerson, { ...byPerson, actor_user_id: guest.user.id }],
      [`on_behalf_of_member_id=${memberId}`, base, { ...base, on_behalf_of_user_id: guest.user.id }],
      ['category=content', base, { ...base, category: 'role' }],
      ['action=zebra.paint', base, { ...base, action: 'zebra.wash' }],
      ['resource_type=zebra', base, { ...base, resource_type: 'horse' }],
      [`resource_id=${base.resource_id}`, base, { ...base, resource_id: newId() }],
      [`in_workspace_id=${base.workspace_id}`, base, { ...base, workspace_id: acme.workspaces[1]?.id }],
      ['outcome=failed', base, { ...base, outcome: 'succeeded', reason: null }],
      [`from=${new Date(moment).toISOString()}`, base, { ...base, id: leastIdAt(moment - 60_000) }],
      [`until=${new Date(moment + 60_000).toISOString()}`, base, { ...base, id: leastIdAt(moment + 120_000) }],
    ];
    for (const [filter, wanted, other] of pairs) {
      const word = `word${newId().replaceAll('-', '')}`;
      const ids = [wanted, other].map((entry) => ({ ...entry, id: idOf(entry, base.id) }));
      await asOperator(world.databases.adminUrlOf(acme.place.cell), async (admin) => {
        for (const entry of ids) {
          const row = { ...entry, account_id: acme.id, request_id: 'r', changes: { name: { to: word } } };
          await admin.query(
            `insert into audit_entries (${Object.keys(row).join(', ')}) values (${Object.keys(row).map((_, index) => `$${index + 1}`)})`,
            Object.values(row),
          );
        }
      });
      expect([filter, (await find(`q=${word}`)).length]).toEqual([filter, 2]);
      expect([filter, (await find(`q=${word}&${filter}`)).map(({ id }) => id)]).toEqual([filter, [ids[0]?.id]]);
      expect(await find(`q=${word}&kind=reads`)).toEqual([]);
    }
  });

  test('on whose behalf a job acted', async () => {
    const email = 'guest@example.com';
    await owner.post('/v1/account/invitations', { email, role: 'viewer' }).expect(201);
    const token = await world.codeMailedTo(email);
    const person = { token, name: 'Guest', new_password: 'quite another passphrase' };
    const { body } = await world.nobody.post('/v1/invitations/accept-as-new', person).expect(201);
    const { body: members } = await owner.get('/v1/account/members').expect(200);
    const member = members.items.find(({ user_id: id }: { user_id: string }) => id === body.user.id);
    const found = await find(`on_behalf_of_member_id=${member.id}`);
    expect(
      found.map((entry) => [entry.action, entry['actor_kind'], entry['actor_name'], entry['on_behalf_of_name']]),
    ).toEqual([
      ['invitation.accept', 'job', 'invitation', 'Guest'],
      ['member.add', 'job', 'invitation', 'Guest'],
    ]);
  });

  test('by time: from is included and until is not', async () => {
    await inside.post('/v1/datasets', { name: 'First in time' }).expect(201);
    await new Promise((resolve) => setTimeout(resolve, 15));
    const between = new Date().toISOString();
    await new Promise((resolve) => setTimeout(resolve, 15));
    await inside.post('/v1/datasets', { name: 'Second in time' }).expect(201);
    const words = 'q=%22in%20time%22';
    expect(await find(words)).toHaveLength(2);
    expect((await find(`${words}&from=${between}`)).map(({ changes }) => changes)).toEqual([
      { name: { to: 'Second in time' } },
    ]);
    expect((await find(`${words}&until=${between}`)).map(({ changes }) => changes)).toEqual([
      { name: { to: 'First in time' } },
    ]);
    expect((await find(`action=dataset.create&until=${between}&kind=acts`))[0]?.['changes']).toEqual({
      name: { to: 'First in time' },
    });
  });

  test.each([
    ['from=yesterday', 'from'],
    ['until=2026-13-01T00:00:00Z', 'until'],
    ['category=everything', 'category'],
    ['action=DROP%20TABLE', 'action'],
    ['actor_member_id=me', 'actor_member_id'],
    ['outcome=maybe', 'outcome'],
  ])('%s is refused by name', async (filter, field) => {
    const { body } = await owner.get(`/v1/account/audit-entries?${filter}`).expect(400);
    expect(body.errors[0].field).toBe(field);
  });

  test('a cursor goes on in the search that it was given out in, without gap or repetition, and in no other', async () => {
    for (let count = 0; count < 7; count += 1)
      await inside.post('/v1/datasets', { name: `Paged ${count}` }).expect(201);
    for (const filter of ['q=paged', 'action=dataset.create&kind=acts']) {
      const wanted = (await find(filter)).map(({ id }) => id);
      const found: string[] = [];
      let cursor = '';
      do {
        const { body } = await owner.get(`/v1/account/audit-entries?limit=3&${filter}${cursor}`).expect(200);
        found.push(...body.items.map(({ id }: Entry) => id));
        cursor = body.next_cursor ? `&cursor=${body.next_cursor}` : '';
        if (cursor) await owner.get(`/v1/account/audit-entries?q=other${cursor}`).expect(400);
      } while (cursor);
      expect(found).toEqual(wanted);
    }
  });
});

describe('AUD-06 the trail is exported', () => {
  test('as JSON lines, what the list shows by the same filter', async () => {
    const filter = 'category=content&kind=acts';
    const listed = await find(filter);
    const { text, headers } = await owner.get(`/v1/account/audit-entries/export?${filter}`).buffer(true).parse(asText);
    expect(headers['content-type']).toBe('application/jsonl');
    expect(headers['content-disposition']).toBe('attachment; filename="audit-entries.jsonl"');
    expect(lines(text).map((line) => JSON.parse(line))).toEqual(listed);
  });

  test('as CSV that no spreadsheet takes for a formula', async () => {
    const names = ['=cmd|calc', '+1', '-1', '@sum', '\t=1', 'plain, "quoted"'];
    const { contexts, app } = world;
    for (const name of names)
      await contexts.runAs({ actor: operator(name, 'any'), account: acme.place }, () =>
        app.get(Workspaces).create({ name: 'Formula' }),
      );
    const { text, headers } = await owner
      .get('/v1/account/audit-entries/export?format=csv&action=workspace.create')
      .buffer(true)
      .parse(asText);
    expect(headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
    const [head, ...rows] = String(text).trimEnd().split('\r\n');
    expect(head?.split(',').slice(0, 3)).toEqual(['id', 'occurred_at', 'recorded_at']);
    for (const row of rows) expect(row).not.toMatch(/(^|,)"[=+\-@\t]/);
    for (const name of ["'=cmd|calc", "'+1", "'-1", "'@sum", 'plain, ""quoted""']) expect(text).toContain(`"${name}"`);
  });

  test('AUD-06 sends forty thousand entries without gap, and memory does not grow with them', async () => {
    const many = await world.account('Many');
    await asOperator(world.databases.adminUrlOf('eu-west-1'), (admin) =>
      admin.query(
        `insert into audit_entries (account_id, id, category, action, actor_kind, actor_name, resource_type, request_id)
         select $1, ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'content', 'mass.create', 'job', 'mass', 'mass', 'mass'
         from generate_series(1, 40000) n`,
        [many.id],
      ),
    );
    const client = await many.ownerClient();
    let count = 0;
    let most = 0;
    const before = process.memoryUsage().heapUsed;
    await new Promise<void>((resolve, reject) => {
      const headers = { authorization: `Bearer ${client.token}` };
      httpGet({ port, path: '/v1/account/audit-entries/export?action=mass.create', headers }, (answer) => {
        answer.on('data', (part: Buffer) => {
          for (const byte of part) if (byte === 10) count += 1;
          most = Math.max(most, process.memoryUsage().heapUsed - before);
        });
        answer.on('end', resolve);
        answer.on('error', reject);
      });
    });
    expect(count).toBe(40_000);
    expect(most / 2 ** 20).toBeLessThan(120);
  });

  test('an export breaks off where whoever asked may not read the trail any more', async () => {
    const admin = await acme.clientOf('admin');
    await owner
      .send('patch', `/v1/account/members/${admin.memberId}`, { role: 'viewer' }, { 'If-Match': '"v1"' })
      .expect(200);
    await admin.get('/v1/account/audit-entries/export').expect(403);
  });
});

/** A stream of events, read as it comes. */
class Stream {
  text = '';
  ended = false;

  constructor(readonly answer: IncomingMessage) {
    answer.setEncoding('utf8');
    answer.on('data', (part: string) => {
      this.text += part;
    });
    answer.on('close', () => {
      this.ended = true;
    });
  }

  static open(client: Client, path: string, headers: Record<string, string> = {}): Promise<Stream> {
    return new Promise((resolve, reject) => {
      const all = { authorization: `Bearer ${client.token}`, ...headers };
      httpGet({ port, path, headers: all, agent: false }, (answer) => resolve(new Stream(answer))).on('error', reject);
    });
  }

  get entries(): Entry[] {
    return [...this.text.matchAll(/event: entry\ndata: (.*)\n/g)].map(([, data = '']) => JSON.parse(data));
  }

  /** Why the server ended it; undefined while it goes on. */
  get reason(): string | undefined {
    return /event: end\ndata: \{"code":"(\w+)"\}/.exec(this.text)?.[1];
  }

  async until(what: () => boolean, ms = 6_000): Promise<void> {
    for (const end = Date.now() + ms; !what(); ) {
      if (Date.now() > end) throw new Error(`It did not come: ${this.text.slice(-400)}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  close(): void {
    this.answer.destroy();
  }
}

const LIVE = '/v1/account/audit-entries/live';

describe('ISO-14 the trail is followed live', () => {
  test('entries come as they are written, those that a filter finds, each once', async () => {
    const stream = await Stream.open(owner, `${LIVE}?action=dataset.create`);
    expect(stream.answer.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    for (const name of ['Live 1', 'Live 2']) await inside.post('/v1/datasets', { name }).expect(201);
    await inside.get('/v1/datasets').expect(200);
    await stream.until(() => stream.entries.length >= 2);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(stream.entries.map(({ changes }) => changes)).toEqual([
      { name: { to: 'Live 1' } },
      { name: { to: 'Live 2' } },
    ]);
    stream.close();
    const resumed = await Stream.open(owner, `${LIVE}?action=dataset.create`, {
      'last-event-id': stream.entries[0]?.id ?? '',
    });
    await resumed.until(() => resumed.entries.length >= 1);
    expect(resumed.entries[0]?.['changes']).toEqual({ name: { to: 'Live 2' } });
    resumed.close();
  });

  test('a stream of a workspace carries that workspace alone', async () => {
    const stream = await Stream.open(inside, `/v1/workspaces/${acme.workspaces[0]?.id}/audit-entries/live`);
    const elsewhere = await owner.enterWorkspace(acme.workspaces[1]?.id ?? '');
    await elsewhere.post('/v1/datasets', { name: 'Elsewhere' }).expect(201);
    await inside.post('/v1/datasets', { name: 'Here' }).expect(201);
    await stream.until(() => stream.text.includes('Here'));
    expect(stream.text).not.toContain('Elsewhere');
    expect(new Set(stream.entries.map((entry) => entry['workspace_id']))).toEqual(new Set([acme.workspaces[0]?.id]));
    stream.close();
  });

  test.each([
    [
      'the membership ends',
      'unauthenticated',
      (memberId: string) => owner.send('delete', `/v1/account/members/${memberId}`),
    ],
    [
      'the role loses the permission',
      'permission_missing',
      (memberId: string) =>
        owner.send('patch', `/v1/account/members/${memberId}`, { role: 'viewer' }, { 'If-Match': '"v1"' }),
    ],
    ['the session ends', 'unauthenticated', (_: string, admin: Client) => admin.send('delete', '/v1/sessions/current')],
  ] as const)('it ends when %s, and says so', async (_, code, end) => {
    const admin = await acme.clientOf('admin');
    const stream = await Stream.open(admin, LIVE);
    await stream.until(() => stream.text.includes('retry'));
    await end(admin.memberId, admin);
    await stream.until(() => stream.ended);
    expect(stream.reason).toBe(code);
    const there = stream.entries.length;
    await inside.post('/v1/datasets', { name: 'After the end' }).expect(201);
    expect(stream.entries).toHaveLength(there);
  });

  test('that of a workspace ends when the workspace does', async () => {
    const workspace = await acme.addWorkspace('Closing');
    const client = await owner.enterWorkspace(workspace.id);
    const stream = await Stream.open(client, `/v1/workspaces/${workspace.id}/audit-entries/live`);
    await stream.until(() => stream.text.includes('retry'));
    await owner.post(`/v1/account/workspaces/${workspace.id}/archive`).expect(200);
    await stream.until(() => stream.ended);
    expect(stream.reason).toBe('not_found');
  });

  test('a session has five at most, and one that is closed makes room', async () => {
    const admin = await acme.clientOf('admin');
    const streams = await Promise.all(Array.from({ length: 5 }, () => Stream.open(admin, LIVE)));
    expect((await Stream.open(admin, LIVE)).answer.statusCode).toBe(429);
    streams[0]?.close();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const next = await Stream.open(admin, LIVE);
    expect(next.answer.statusCode).toBe(200);
    for (const stream of [...streams, next]) stream.close();
  });

  test('what is written late, after a burst of others, comes as well', async () => {
    const stream = await Stream.open(owner, `${LIVE}?action=burst.act`);
    await stream.until(() => stream.text.includes('retry'));
    const write = (count: number, secondsAgo: number) =>
      asOperator(world.databases.adminUrlOf('eu-west-1'), (admin) =>
        admin.query(
          `insert into audit_entries (account_id, id, category, action, actor_kind, actor_name, resource_type, request_id)
           select $1, (lpad(to_hex((extract(epoch from now()) * 1000)::bigint - $3::bigint * 1000), 12, '0') || '7000' || substr(md5(random()::text), 1, 16))::uuid,
             'content', 'burst.act', 'job', 'burst', 'burst', 'burst' from generate_series(1, $2::int)`,
          [acme.id, count, secondsAgo],
        ),
      );
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await write(250, 0);
    await stream.until(() => stream.entries.length === 250);
    await write(1, 1);
    await stream.until(() => stream.entries.length === 251);
    stream.close();
  });

  test('words are not looked for in what is followed', async () => {
    expect((await Stream.open(owner, `${LIVE}?q=anything`)).answer.statusCode).toBe(400);
  });

  test('whoever may not read the trail follows none', async () => {
    const viewer = await acme.clientOf('viewer');
    expect((await Stream.open(viewer, LIVE)).answer.statusCode).toBe(403);
  });
});

function lines(text: unknown): string[] {
  return String(text).split('\n').filter(Boolean);
}

function asText(answer: unknown, done: (error: Error | null, body: unknown) => void): void {
  const parts: Buffer[] = [];
  const stream = answer as IncomingMessage & { text?: string };
  stream.on('data', (part) => parts.push(Buffer.from(part)));
  stream.on('end', () => {
    stream.text = Buffer.concat(parts).toString();
    done(null, stream.text);
  });
}
