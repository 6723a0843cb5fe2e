import { loadParser, tenantPredicates } from '#libs/testing';

const TABLES = [
  { name: 'members', scope: 'account' },
  { name: 'accounts', scope: 'account' },
  { name: 'documents', scope: 'workspace' },
  { name: 'datasets', scope: 'workspace' },
] as const;

beforeAll(() => loadParser());

const missing = (text: string) => tenantPredicates(text, TABLES).missing;

describe('ISO-01 ISO-04 a statement keeps each tenant table to its tenant', () => {
  test.each([
    ['select * from members where account_id = $1'],
    ['select * from members m where $1 = m.account_id and m.name = $2'],
    ['select * from documents where account_id = $1 and workspace_id = $2 and (title = $3 or body = $3)'],
    ['select * from members m join accounts a on a.account_id = m.account_id where m.account_id = $1'],
    [
      'select (select count(*) from members m where m.account_id = a.account_id) from accounts a where a.account_id = $1',
    ],
    ['with found as (select id from members where account_id = $1) select * from found'],
    ['select 1 from members where account_id = $1 union all select 1 from accounts where account_id = $1'],
    ['insert into members (account_id, id) values ($1, $2), ($1, $3)'],
    ['insert into members (account_id, id) select $1, id from documents where account_id = $1 and workspace_id = $2'],
    ['UPDATE "members" SET "name" = $1 WHERE ("account_id" = $2 AND "id" = $3)'],
    ['delete from members m using accounts a where m.account_id = $1 and a.account_id = m.account_id'],
    ['merge into members m using (select 1) one on m.account_id = $1 when matched then delete'],
    ['select id from app.search_documents($1, $2)'],
  ])('%s', (text) => {
    expect(missing(text)).toEqual([]);
  });

  test.each([
    ['select * from members', ['members.account_id']],
    ['select * from documents d where d.account_id = $1', ['documents.workspace_id']],
    ['select * from members where account_id = $1 or name = $2', ['members.account_id']],
    ['select * from members where not account_id = $1', ['members.account_id']],
    ['select * from members where account_id <> $1', ['members.account_id']],
    ["select * from members where account_id = '01935000-0000-7000-8000-00000000dead'", ['members.account_id']],
    ['select * from members where account_id = account_id', ['members.account_id']],
    ['select * from members m join accounts a on a.name = m.name where m.account_id = $1', ['accounts.account_id']],
    ['select 1 from accounts where account_id = $1 and exists (select from members)', ['members.account_id']],
    [
      'select * from members m where exists (select from accounts a where a.account_id = $1 and a.account_id = m.account_id)',
      ['members.account_id'],
    ],
    ['select 1 from members where account_id = $1 union all select 1 from accounts', ['accounts.account_id']],
    ['with found as (select id from members) select * from found', ['members.account_id']],
    ['select * from (select * from members) m where m.account_id = $1', ['members.account_id']],
    ['insert into members (id) values ($1)', ['members.account_id']],
    [
      "insert into members (account_id, id) values ($1, $2), ('01935000-0000-7000-8000-00000000dead', $3)",
      ['members.account_id'],
    ],
    ['insert into members (account_id, id) select $1, id from accounts', ['accounts.account_id']],
    [
      'insert into members (account_id, id) values ($1, $2) returning (select a.name from accounts a)',
      ['accounts.account_id'],
    ],
    ['UPDATE "members" SET "name" = $1 WHERE "id" = $2', ['members.account_id']],
    ['delete from members', ['members.account_id']],
  ])('not: %s', (text, columns) => {
    expect(missing(text)).toEqual(columns);
  });

  test('the parameters that must be the context’s are named', () => {
    const { accountParameters, workspaceParameters } = tenantPredicates(
      'select 1 from documents d where d.title = $1 and d.account_id = $3 and d.workspace_id = $2::uuid',
      TABLES,
    );
    expect([[...accountParameters], [...workspaceParameters]]).toEqual([[3], [2]]);
  });
});
