export { type Answer, type Comparable, comparable, difference } from './answers.js';
export { type BareAccount, poolOn, twoBareAccounts } from './bare-tenants.js';
export type { Row, Seed } from './seeds.js';
export { copyDatabases, type TestDatabases, TestServer } from './test-server.js';
export {
  type BuildApp,
  Client,
  PASSWORD,
  twoAccounts,
  World,
  WorldAccount,
  type WorldOptions,
  type WorldWorkspace,
} from './world.js';
