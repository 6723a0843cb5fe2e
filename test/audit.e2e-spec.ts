import { AuditTrail } from '#libs/audit';
import { ContextStore, operator } from '#libs/context';
import { asOperator, UnitOfWork } from '#libs/database';
import { type Client, type World, type WorldAccount } from '#libs/testing';
import { openWorld } from './open-world.js';

let world: World;
let acme: WorldAccount;
let owner: Client;
let inside: Client;

beforeAll(async () => {
  world = await openWorld();
  acme = await world.account('Acme');
  owner = await acme.ownerClient();
  inside = await owner.enterWorkspace(acme.workspaces[0]?.id ?? '');
});
afterAll(() => world.close());

interface Entry {
  readonly id: string;
  readonly action: string;
  readonly category: string;
  readonly request_id: string;
  readonly [field: string]: unknown;
}

const newest = async (): Promise<Entry> =>
  (await owner.get('/v1/account/audit-entries?limit=1&kind=acts&outcome=succeeded').expect(200)).body.items[0];

describe('AUD-03 each command leaves one entry, in its transaction', () => {
  const IF_MATCH = { 'If-Match': '"v1"' };
  type Step = readonly [
    action: string,
    category: string,
    run: () => Promise<{ headers: Record<string, string>; status: number; body: { id?: string } }>,
  ];
  let datasetId = '';
  let documentId = '';
  let workspaceId = '';
  let memberId = '';
  const send =
    (
      client: () => Client,
      method: 'post' | 'patch' | 'delete' | 'put',
      path: () => string,
      body?: unknown,
      headers?: Record<string, string>,
    ) =>
    async () =>
      (await client().send(method, path(), body, headers)) as never;
  const keep = (store: (id: string) => void, run: () => Promise<never>) => async () => {
    const answer: { body: { id: string } } = await run();
    store(answer.body.id);
    return answer as never;
  };

  const STEPS: readonly Step[] = [
    [
      'dataset.create',
      'content',
      keep(
        (id) => {
          datasetId = id;
        },
        send(
          () => inside,
          'post',
          () => '/v1/datasets',
          { name: 'Trail' },
        ),
      ),
    ],
    [
      'dataset.update',
      'content',
      send(
        () => inside,
        'patch',
        () => `/v1/datasets/${datasetId}`,
        { name: 'Trail 2' },
        IF_MATCH,
      ),
    ],
    [
      'document.create',
      'content',
      keep(
        (id) => {
          documentId = id;
        },
        async () =>
          send(
            () => inside,
            'post',
            () => '/v1/documents',
            { dataset_id: datasetId, title: 'One' },
          )(),
      ),
    ],
    [
      'document.update',
      'content',
      send(
        () => inside,
        'patch',
        () => `/v1/documents/${documentId}`,
        { title: 'Two', body: 'secret words' },
        IF_MATCH,
      ),
    ],
    [
      'document.delete',
      'content',
      send(
        () => inside,
        'delete',
        () => `/v1/documents/${documentId}`,
      ),
    ],
    [
      'document.restore',
      'content',
      send(
        () => inside,
        'post',
        () => `/v1/documents/${documentId}/restore`,
      ),
    ],
    [
      'dataset.delete',
      'content',
      send(
        () => inside,
        'delete',
        () => `/v1/datasets/${datasetId}`,
      ),
    ],
    [
      'dataset.restore',
      'content',
      send(
        () => inside,
        'post',
        () => `/v1/datasets/${datasetId}/restore`,
      ),
    ],
    [
      'workspace.create',
      'workspace',
      keep(
        (id) => {
          workspaceId = id;
        },
        send(
          () => owner,
          'post',
          () => '/v1/account/workspaces',
          { name: 'Trail' },
        ),
      ),
    ],
    [
      'workspace.update',
      'workspace',
      send(
        () => owner,
        'patch',
        () => `/v1/account/workspaces/${workspaceId}`,
        { name: 'Trail 2' },
        IF_MATCH,
      ),
    ],
    [
      'workspace.enter',
      'session',
      send(
        () => owner,
        'post',
        () => `/v1/account/workspaces/${workspaceId}/enter`,
      ),
    ],
    [
      'member.give_workspace_role',
      'role',
      send(
        () => owner,
        'put',
        () => `/v1/account/members/${memberId}/workspaces/${workspaceId}`,
        { role: 'viewer' },
      ),
    ],
    [
      'member.take_workspace_role',
      'role',
      send(
        () => owner,
        'delete',
        () => `/v1/account/members/${memberId}/workspaces/${workspaceId}`,
      ),
    ],
    [
      'workspace.archive',
      'workspace',
      send(
        () => owner,
        'post',
        () => `/v1/account/workspaces/${workspaceId}/archive`,
      ),
    ],
    [
      'workspace.restore',
      'workspace',
      send(
        () => owner,
        'post',
        () => `/v1/account/workspaces/${workspaceId}/restore`,
      ),
    ],
    [
      'member.update',
      'role',
      send(
        () => owner,
        'patch',
        () => `/v1/account/members/${memberId}`,
        { role: 'developer' },
        IF_MATCH,
      ),
    ],
    [
      'member.remove',
      'membership',
      send(
        () => owner,
        'delete',
        () => `/v1/account/members/${memberId}`,
      ),
    ],
    [
      'account.update',
      'settings',
      send(
        () => owner,
        'patch',
        () => '/v1/account/settings',
        { name: 'Acme 2' },
        IF_MATCH,
      ),
    ],
  ];

  beforeAll(async () => {
    ({ memberId } = await acme.addMember('viewer'));
  });

  test.each(STEPS)('%s', async (action, category, run) => {
    const before = await newest();
    const answer = await run();
    expect(answer.status).toBeLessThan(300);
    const { body } = await owner.get('/v1/account/audit-entries?limit=5&kind=acts');
    const since = (body.items as Entry[]).slice(
      0,
      (body.items as Entry[]).findIndex(({ id }) => id === before.id),
    );
    expect(since).toHaveLength(1);
    expect(since[0]).toMatchObject({
      action,
      category,
      request_id: answer.headers['x-request-id'],
      actor_kind: 'user',
      actor_user_id: acme.owner.id,
      actor_name: 'Owner of Acme',
      address: expect.stringMatching(/^(::ffff:)?127\.0\.0\.1$/),
      user_agent: expect.any(String),
      // what the command itself says: that it was asked for is recorded in any case
      resource_id: expect.any(String),
    });
    // texts of documents stay out of the trail
    expect(JSON.stringify(since)).not.toContain('secret words');
  });

  test('what changed is told before and after', async () => {
    const { body } = await inside.post('/v1/datasets', { name: 'Before' });
    await inside.send('patch', `/v1/datasets/${body.id}`, { name: 'After' }, { 'If-Match': '"v1"' });
    expect(await newest()).toMatchObject({
      changes: { name: { from: 'Before', to: 'After' } },
      resource_id: body.id,
      workspace_id: acme.workspaces[0]?.id,
    });
  });

  test('a refused command leaves none, and nothing else', async () => {
    const before = await newest();
    await inside.send('patch', `/v1/datasets/${datasetId}`, { name: 'x' }, { 'If-Match': '"v999"' }).expect(412);
    await inside.send('delete', '/v1/datasets/01935000-0000-7000-8000-00000000dead').expect(404);
    expect(await newest()).toEqual(before);
  });
});

describe('AUD-03 neither exists without the other', () => {
  const run = (work: () => Promise<void>) =>
    world.app
      .get(ContextStore)
      .runAs({ actor: operator('test', 'any'), account: acme.place }, () => world.app.get(UnitOfWork).run(work));
  const rename = (name: string) =>
    world.app.get(UnitOfWork).require().inAccount('update accounts set name = $2 where account_id = $1', name);
  const entry = () =>
    world.app
      .get(AuditTrail)
      .record({ category: 'settings', action: 'test.rename', resource: { type: 'account', id: acme.id } });
  const name = async () => (await owner.get('/v1/account')).body.name;

  test('a command that records nothing does not commit', async () => {
    const before = await name();
    await expect(run(async () => void (await rename('Silent')))).rejects.toMatchObject({ code: 'audit_entry_missing' });
    expect(await name()).toBe(before);
  });

  test('an act that fails after its entry takes the entry with it', async () => {
    const before = await newest();
    await expect(
      run(async () => {
        await entry();
        await rename('x'.repeat(101));
      }),
    ).rejects.toMatchObject({ code: 'value_refused' });
    expect(await newest()).toEqual(before);
  });

  test('an entry that cannot be written takes the act with it', async () => {
    const before = await name();
    await asOperator(world.databases.adminUrlOf('eu-west-1'), async (admin) => {
      await admin.query(
        "create function public.refuse() returns trigger language plpgsql as $$ begin raise exception 'no room'; end $$",
      );
      await admin.query(
        'create trigger refuse before insert on audit_entries for each row execute function public.refuse()',
      );
      try {
        await owner
          .send(
            'patch',
            '/v1/account/settings',
            { name: 'Unrecorded' },
            { 'If-Match': (await owner.get('/v1/account')).headers['etag'] ?? '' },
          )
          .expect(500);
      } finally {
        await admin.query('drop trigger refuse on audit_entries; drop function public.refuse()');
      }
    });
    expect(await name()).toBe(before);
  });
});

test('the trail pages through cursors, and is for those whose role may read it', async () => {
  const first = await owner.get('/v1/account/audit-entries?limit=3').expect(200);
  const second = await owner.get(`/v1/account/audit-entries?limit=3&cursor=${first.body.next_cursor}`).expect(200);
  const ids = [...first.body.items, ...second.body.items].map(({ id }: Entry) => id);
  expect(new Set(ids).size).toBe(6);
  expect([...ids].sort().reverse()).toEqual(ids);
  await (await acme.clientOf('developer')).get('/v1/account/audit-entries').expect(403);
});

test('failed and successful sign-ins are on the platform’s trail, which the application cannot read', async () => {
  await world.nobody.post('/v1/sessions', { email: acme.owner.email, password: 'not the password' }).expect(401);
  const rows = await asOperator(
    world.databases.adminUrlOf('directory'),
    async (admin) =>
      (
        await admin.query<{ action: string; user_id: string }>(
          'select action, user_id from public.platform_entries order by id desc limit 1',
        )
      ).rows,
  );
  expect(rows).toEqual([{ action: 'sign_in.refused', user_id: acme.owner.id }]);
});
