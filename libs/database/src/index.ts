export type { Cell } from './cells/cell.js';
export { Cells } from './cells/cells.service.js';
export { WrongCellError } from './cells/cells.errors.js';
export {
  type CallOf,
  Directory,
  type DirectoryAnswer,
  type DirectoryCall,
  type DirectoryFunction,
  type DirectoryRow,
  WorkerDirectory,
} from './cells/directory.service.js';
export { Recorders } from './cells/recorders.service.js';
export { EveryAccount } from './cells/every-account.service.js';
export { type QueuedWork, WorkQueues } from './cells/work-queues.service.js';
export {
  DatabaseModule,
  type DatabaseOptions,
  RecorderDatabaseModule,
  WorkerDatabaseModule,
} from './database.module.js';
export { type ContextKey, type SignedContext, signContext } from './gate/context-signature.js';
export {
  DatabaseBusyError,
  DatabaseUnavailableError,
  GateRefusedError,
  TransactionAbortedError,
} from './gate/gate.errors.js';
export { type GateOptions, type Read, TenantConnection } from './gate/tenant-connection.js';
export { type PoolOptions, TenantPool } from './gate/tenant-pool.js';
export { type Seed, type SeedPlace, Seeds, seedsOf, type SeedUser, type UserSeed } from './schema/seeds.decorator.js';
export { TableRow } from './schema/table-row.js';
export * from './server/index.js';
export {
  AlreadyExistsError,
  ContendedError,
  ContextRejectedError,
  LastOwnerError,
  RefusedByDatabaseError,
  TextNotIndexableError,
  ValueRefusedError,
  WrongRegionError,
} from './sqlstate.errors.js';
export { type Authorization, CommandAuthorizer, type FurtherDemand } from './work/command-authorizer.port.js';
export { functionCall } from './work/function-call.js';
export { authorizeWithRead, ReadAuthorization, readAuthorizationOf } from './work/read-authorization.js';
export { Reader } from './work/reader.service.js';
export { selectList } from './work/select-list.js';
export { InjectRepository, provideRepository, repositoryOf } from './work/repository-provider.js';
export { type Scope, ScopedRepository } from './work/scoped.repository.js';
export { personLock, Unit, UnitOfWork } from './work/unit-of-work.service.js';
export {
  AuthorizationMissingError,
  EntryMissingError,
  PredicateMissingError,
  UnitOfWorkMissingError,
} from './work/work.errors.js';
