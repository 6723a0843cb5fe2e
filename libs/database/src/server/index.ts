export { bootCheck, type BootReport, versionProblemsOf } from './boot-checks.js';
export { catalogProblems } from './catalog-rules.js';
export {
  backupUrl,
  withOperatorRole,
  type Connections,
  connectionsOn,
  contextKey,
  databaseName,
  givenConnections,
  type DatabaseTarget,
  type LoginRole,
} from './connections.js';
export { makeDataFolder } from './data-folder.js';
export { EmbeddedServer, isFree } from './embedded-server.js';
export { installationSecret } from './installation-secret.js';
export { migrate, type MigrationState, migrationStates } from './migrations.js';
export { asOperator, type OperatorClient } from './operator-client.js';
export { assertFitToServe, type Databases, findDatabases, migrateWherePossible, prepareDatabases } from './prepare.js';
export { createDatabase, provision } from './provision.js';
