import { ContextStore, job } from '#libs/context';
import { asOperator, Reader, TenantConnection, UnitOfWork } from '#libs/database';
import { type World, type WorldAccount } from '#libs/testing';
import { openWorld } from './open-world.js';

let world: World;
let acme: WorldAccount;

beforeAll(async () => {
  world = await openWorld();
  acme = await world.account('Acme');
});
afterAll(() => world.close());

/** Every statement that reached a connection of a cell while `work` ran. */
async function statements(work: () => Promise<unknown>): Promise<string[]> {
  const spy = jest.spyOn(TenantConnection.prototype, 'query');
  try {
    await work();
    return spy.mock.calls.flatMap(([text], index) =>
      (spy.mock.contexts[index] as TenantConnection).context ? [String(text)] : [],
    );
  } finally {
    spy.mockRestore();
  }
}

async function tenantTables(): Promise<Map<string, string>> {
  const rows = await asOperator(
    world.databases.connections.cells[0]?.appUrl ?? '',
    async (client) =>
      (await client.query<{ name: string; scope: string }>('select name::text, scope from app.tenant_tables')).rows,
  );
  return new Map(rows.map(({ name, scope }) => [name, scope]));
}

/** The tenant tables that a statement reads or changes, and what is missing to keep each to the tenant. */
function missingPredicates(text: string, tables: ReadonlyMap<string, string>): string[] {
  const named = [...text.matchAll(/\b(from|join|update|into)\s+"?(\w+)"?(?:\s+(?:as\s+)?"?(\w+)"?)?/gi)].filter(
    ([, , table]) => tables.has(table ?? ''),
  );
  return named.flatMap(([, verb = '', table = '', alias = '']) => {
    const known = [
      'where',
      'set',
      'on',
      'values',
      'join',
      'left',
      'order',
      'limit',
      'for',
      'returning',
      'default',
      '',
    ].includes(alias.toLowerCase())
      ? table
      : alias;
    const columns = tables.get(table) === 'workspace' ? ['account_id', 'workspace_id'] : ['account_id'];
    if (verb.toLowerCase() === 'into')
      return columns.filter((column) => !text.includes(`"${column}"`)).map((column) => `${table}.${column}`);
    const value = (column: string) => `(\\$\\d+|"?\\w+"?\\."?${column}"?)`;
    const compared = (column: string) =>
      // qualified on either side of the comparison, or bare where the statement names one table only
      new RegExp(`"?\\b${known}"?\\."?${column}"?\\s*=\\s*${value(column)}`).test(text) ||
      new RegExp(`"?\\w+"?\\."?${column}"?\\s*=\\s*"?${known}"?\\."?${column}"?`).test(text) ||
      (named.length === 1 && new RegExp(`(?<![.\\w])"?${column}"?\\s*=\\s*\\$\\d+`).test(text));
    return columns.filter((column) => !compared(column)).map((column) => `${table}.${column}`);
  });
}

test('ISO-01 every statement on a tenant table says for which account and workspace', async () => {
  const tables = await tenantTables();
  const owner = await acme.ownerClient();
  const [workspace] = acme.workspaces;
  const { memberId } = await acme.addMember('viewer');
  const seen = await statements(async () => {
    const inside = await (await owner.enterAccount(acme.id)).enterWorkspace(workspace?.id ?? '');
    const fresh = async (path: string) => ({ 'If-Match': (await inside.get(path)).headers['etag'] ?? '' });
    const dataset = (await inside.post('/v1/datasets', { name: 'New' }).expect(201)).body.id;
    const document = (await inside.post('/v1/documents', { dataset_id: dataset, title: 'New' }).expect(201)).body.id;
    await inside
      .send('patch', `/v1/datasets/${dataset}`, { name: 'x' }, await fresh(`/v1/datasets/${dataset}`))
      .expect(200);
    await inside
      .send('patch', `/v1/documents/${document}`, { title: 'x' }, await fresh(`/v1/documents/${document}`))
      .expect(200);
    for (const path of [
      '/v1/datasets',
      '/v1/documents',
      '/v1/documents/search?q=x',
      '/v1/account',
      '/v1/account/members',
      '/v1/account/workspaces',
      '/v1/account/audit-entries',
      '/v1/me/accounts',
      `/v1/account/members/${memberId}`,
    ]) {
      await inside.get(path).expect(200);
    }
    await inside
      .send('put', `/v1/account/members/${memberId}/workspaces/${workspace?.id}`, { role: 'viewer' })
      .expect(200);
    await inside.send('delete', `/v1/account/members/${memberId}/workspaces/${workspace?.id}`).expect(204);
    await inside
      .send('patch', `/v1/account/members/${memberId}`, { role: 'member' }, { 'If-Match': '"v1"' })
      .expect(200);
    await inside.send('delete', `/v1/account/members/${memberId}`).expect(204);
    await inside.send('patch', '/v1/account/settings', { name: 'Acme' }, await fresh('/v1/account')).expect(200);
    const made = (await inside.post('/v1/account/workspaces', { name: 'New' }).expect(201)).body.id;
    await inside.send('patch', `/v1/account/workspaces/${made}`, { name: 'x' }, { 'If-Match': '"v1"' }).expect(200);
    await inside.post(`/v1/account/workspaces/${made}/archive`).expect(200);
    await inside.post(`/v1/account/workspaces/${made}/restore`).expect(200);
    await inside.send('delete', `/v1/documents/${document}`).expect(204);
    await inside.post(`/v1/documents/${document}/restore`).expect(200);
    await inside.send('delete', `/v1/datasets/${dataset}`).expect(204);
    await inside.post(`/v1/datasets/${dataset}/restore`).expect(200);
    await inside.send('delete', '/v1/sessions/current').expect(200);
  });
  const onTables = [...new Set(seen)].filter((text) =>
    [...tables.keys()].some((table) => new RegExp(`\\b${table}\\b`).test(text)),
  );
  // every tenant table was touched: the check is not empty
  for (const table of tables.keys())
    expect({ table, touched: onTables.some((text) => new RegExp(`\\b${table}\\b`).test(text)) }).toEqual({
      table,
      touched: true,
    });
  for (const text of onTables)
    expect({ text, missing: missingPredicates(text, tables) }).toEqual({ text, missing: [] });
});

test('the check of ISO-01 notices a statement that forgets the account or the workspace', async () => {
  const tables = await tenantTables();
  expect(missingPredicates('select * from documents d where d.account_id = $1', tables)).toEqual([
    'documents.workspace_id',
  ]);
  expect(
    missingPredicates('select * from members m join accounts a on a.name = m.name where m.account_id = $1', tables),
  ).toContain('accounts.account_id');
  expect(missingPredicates('UPDATE "members" SET "name" = $1 WHERE "id" = $2', tables)).toEqual(['members.account_id']);
});

describe('ISO-01 the data access layer fails closed', () => {
  const contexts = () => world.app.get(ContextStore);
  const inAccount = <T>(work: () => Promise<T>) => contexts().runAs({ actor: job('test'), account: acme.place }, work);

  test('nothing runs without a context', async () => {
    await expect(world.app.get(Reader).inAccount('select 1 from members where account_id = $1')).rejects.toMatchObject({
      code: 'context_missing',
    });
    await expect(world.app.get(UnitOfWork).run(async () => undefined)).rejects.toMatchObject({
      code: 'context_missing',
    });
  });

  test('a read model that does not compare the tenant is refused before it reaches the database', async () => {
    const read = (text: string) => inAccount(async () => world.app.get(Reader).inAccount(text));
    await expect(read('select name from members')).rejects.toMatchObject({ code: 'tenant_predicate_missing' });
    expect(await read('select name from members where account_id = $1 limit 1')).toEqual([
      { name: expect.any(String) },
    ]);
  });

  test('a workspace table is not reached without a workspace', async () => {
    await expect(
      inAccount(async () =>
        world.app.get(Reader).inWorkspace('select id from documents where account_id = $1 and workspace_id = $2'),
      ),
    ).rejects.toMatchObject({ code: 'gate_refused' });
  });

  test('RES-03 an account is not looked for in a cell that does not hold it', async () => {
    const elsewhere = { id: acme.id, cell: 'us-east-1' };
    const rows = await contexts().runAs({ actor: job('test'), account: elsewhere }, () =>
      world.app.get(Reader).inAccount('select 1 from accounts where account_id = $1'),
    );
    expect(rows).toEqual([]);
    await expect(
      contexts().runAs({ actor: job('test'), account: { id: acme.id, cell: 'nowhere' } }, () =>
        world.app.get(Reader).inAccount('select 1 from accounts where account_id = $1'),
      ),
    ).rejects.toMatchObject({ code: 'account_moved' });
  });

  test('a unit of work is not carried into another context', async () => {
    await expect(
      inAccount(() =>
        world.app.get(UnitOfWork).run(async () => {
          await contexts().runAs({ actor: job('other'), account: acme.place }, async () =>
            world.app.get(UnitOfWork).require(),
          );
        }),
      ),
    ).rejects.toMatchObject({ code: 'unit_of_work_missing' });
  });
});
