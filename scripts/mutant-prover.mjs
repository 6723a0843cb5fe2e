// Proves the product under one mutation after the other, for mutant-provers.mjs, which starts it with an IPC channel and sends
// each mutation as a message. The answer to each is the findings. A mutation has the index of its edits in BULKHEAD_MUTANTS_FILE.
import { FunctionCoverage } from './function-coverage.mjs';

process.on('message', async (mutation) => {
  const found = await proved(mutation);
  process.send(found);
});
process.once('disconnect', () => process.exit(0));
process.send({ ready: true });

async function proved({
  number,
  handle,
  kinds,
  cellSql = [],
  definitions = [],
  whole = false,
  operations,
  tasks,
  share,
}) {
  // the whole product is loaded anew, with what proves it
  const load = (path) => import(`../dist/${path}?mutation=${number}`);
  const coverage = share && (await FunctionCoverage.begin());
  let databases;
  let world;
  // where an error counts: before there are databases nothing was asked
  let stage = 'broken';
  try {
    const { proveIsolation, sentence, TestServer, World } = await load('libs/testing/src/index.js');
    databases = await TestServer.from(JSON.stringify({ ...JSON.parse(handle), cellSql: definitions })).copyDatabases();
    stage = 'boot';
    const { createApp } = await load('apps/api/src/create-app.js');
    const { createWorker } = await load('apps/worker/src/create-worker.js');
    const worker = (environment, found) => createWorker(environment, found, true);
    world = await World.open(
      (environment, found) => createApp(environment, found, true),
      { cellSql, worker },
      databases,
    );
    stage = 'http';
    let turn = -1;
    // functions that run at the start are attributed to no operation
    await coverage?.attribute('start');
    const { report } = await proveIsolation(world, {
      // an edited source changes nothing in the catalogs and in attacks on tables
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
    return { by, passed: report.passed, failures: whole ? report.failures : [], coverage: coverage?.found };
  } catch (error) {
    // a product that does not start has been noticed, and so has one whose own users cannot get in
    return {
      by: { [stage]: stage === 'http' ? `the proof broke off: ${error.message}` : error.message },
      passed: 0,
      failures: [],
    };
  } finally {
    await coverage?.end();
    await world?.close().catch(() => undefined);
    await databases?.drop().catch(() => undefined);
  }
}
