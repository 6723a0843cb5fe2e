export { type Answer, type Comparable, comparable, difference } from './answers.js';
export { type BareAccount, poolOn, twoBareAccounts } from './bare-tenants.js';
export { type Misbehaviour, SoftAuthenticator } from './soft-authenticator.js';
export { expectDenied } from './denial.js';
export { PgBouncer } from './pgbouncer.js';
export { copyDatabases, type TestDatabases, TestServer } from './test-server.js';
export {
  type BuildApp,
  Client,
  PASSWORD,
  twoAccounts,
  World,
  WorldAccount,
  type BuildWorker,
  type WorldOptions,
  type WorldWorkspace,
} from './world.js';
export { CuttingProxy } from './faults/cutting-proxy.js';
export { runStorm } from './storm/run-storm.js';
export { leaksOfSessionSettings } from './storm/session-settings.js';
export { StormModule } from './storm/storm.module.js';
export { type Operation, operationsOf } from './isolation/operations.js';
export { IsolationProof, type ProofOptions, type ProofTask, reportUntouched } from './isolation/isolation-proof.js';
export { type Proof, proveIsolation } from './isolation/prove-isolation.js';
export { type Check, type CheckKind, Report, sentence } from './isolation/report.js';
export {
  keepGivenProblems,
  type OperationProblem,
  problemsDeclaredIn,
  problemsGivenBy,
} from './contract/given-problems.js';
export { Provocations } from './contract/provocations.js';
export type { Surface } from './isolation/reviewed-surface.js';
export { loadParser, tenantPredicates } from './isolation/tenant-predicates.js';
export { functionMutationsOn } from './mutations/function-mutations.js';
export { mutateCatalogs } from './mutations/mutate-catalogs.js';
export { isNoticed, type Verdict } from './mutations/verdict.js';
export { POLICIES_OFF } from './mutations/catalog-mutations.js';
export { paddleWebhook, type SignedWebhook, stripeWebhook } from './webhook-samples.js';
export { testKey } from './test-key.js';
export { Wire } from './wire.js';
export { WorldPayments } from './world-payments.js';
export { breakingChanges, type ComparedDocument } from './contract/api-changes.js';
