// Gives a run of tests one PostgreSQL with migrated databases, of which every test file gets copies.

export default async function setUp() {
  // a run that asks whether a mutation is noticed (see mutation-transform.cjs) can have a server that is there already
  const { handle, cellSql = [], definitions = [] } = JSON.parse(process.env.BULKHEAD_MUTATION ?? '{}');
  const statements = [...cellSql, ...definitions];
  if (handle) {
    process.env.BULKHEAD_TEST_SERVER = JSON.stringify({ ...JSON.parse(handle), cellSql: statements });
    return;
  }
  const { TestServer } = await import('#libs/testing');
  globalThis.testServer = await TestServer.start({ cellSql: statements });
  process.env.BULKHEAD_TEST_SERVER = globalThis.testServer.handle;
}
