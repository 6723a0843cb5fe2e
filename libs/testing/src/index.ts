export { type BareAccount, poolOn, twoBareAccounts } from './tenants.js';
export { copyDatabases, type TestDatabases } from './test-databases.js';
