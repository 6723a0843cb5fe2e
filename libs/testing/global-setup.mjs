// Starts one PostgreSQL for a run of tests and migrates the databases that every test file gets a copy of.
import { TestServer } from '#libs/testing';

export default async function setUp() {
  // a run that asks whether a mutation is noticed (see mutation-transform.cjs)
  const { cellSql = [], definitions = [] } = JSON.parse(process.env.BULKHEAD_MUTATION ?? '{}');
  globalThis.testServer = await TestServer.start({ cellSql: [...cellSql, ...definitions] });
  process.env.BULKHEAD_TEST_SERVER = globalThis.testServer.handle;
}
