// One proof of a product with a mutation, or of the product as it is, for isolation-prove.mjs --mutate, which starts it. Prints one
// line of JSON.
import { asOperator } from '#libs/database';
import { proveIsolation, sentence, TestServer, World } from '#libs/testing';
import { FunctionCoverage } from './function-coverage.mjs';

const {
  handle,
  kinds,
  cellSql = [],
  definitions = [],
  whole = false,
  operations,
  tasks,
  share,
} = JSON.parse(process.env.BULKHEAD_MUTATION);
const answer = (found) => console.log(JSON.stringify(found));

const databases = await TestServer.from(handle).copyDatabases();
const coverage = share && (await FunctionCoverage.begin());
let world;
try {
  // functions belong to roles that nobody signs in as
  for (const { name } of databases.connections.cells)
    await asOperator(databases.adminUrlOf(name), async (admin) => {
      for (const definition of definitions) await admin.query(definition);
    });
  const { createApp } = await import('../dist/apps/api/src/create-app.js');
  const { createWorker } = await import('../dist/apps/worker/src/create-worker.js');
  const worker = (environment, found) => createWorker(environment, found, true);
  world = await World.open((environment, found) => createApp(environment, found, true), { cellSql, worker }, databases);
} catch (error) {
  answer({ by: { boot: error.message } });
}
if (world) {
  let turn = -1;
  // what the start needs is nobody's
  await coverage?.attribute('start');
  try {
    const { report } = await proveIsolation(world, {
      // what a source may or may not do is not seen in tables
      without: ['http', 'sql', 'row', 'catalog', 'tables'].filter((kind) => !kinds.includes(kind)),
      ...(operations && { operations }),
      ...(tasks && { tasks: ({ of }) => tasks.includes(of) }),
      ...(share && {
        tasks: () => {
          turn += 1;
          return turn % share.of === share.index;
        },
      }),
      ...(coverage && { exercised: (name) => coverage.attribute(name) }),
      seed: 1,
      ...(!whole && { stopAt: kinds }),
    });
    const by = {};
    for (const failure of report.failures) by[failure.kind] ??= sentence(failure);
    answer({ by, passed: report.passed, failures: whole ? report.failures : [], coverage: coverage?.found });
  } catch (error) {
    // a product that cannot even be asked has been noticed, by whoever asks it first
    answer({ by: { http: `the proof broke off: ${error.message}` }, passed: 0, failures: [] });
  }
  await world.close();
}
await databases.drop();
process.exit(0);
