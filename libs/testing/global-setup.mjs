// Starts one PostgreSQL for a run of tests and migrates the databases that every test file gets a copy of.
import { TestServer } from '#libs/testing';

export default async function setUp() {
  globalThis.testServer = await TestServer.start();
  process.env.BULKHEAD_TEST_SERVER = globalThis.testServer.handle;
}
