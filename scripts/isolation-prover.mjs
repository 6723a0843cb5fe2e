// Performs tasks of the isolation proof for isolation-prove.mjs, which starts several of these processes and gives each its tasks.
// It works on its own copies of the databases of the server that the parent started.
import { IsolationProof, TestServer, World } from '#libs/testing';
import { createApp } from '../dist/apps/api/src/create-app.js';
import { createWorker } from '../dist/apps/worker/src/create-worker.js';

const { handle, ...options } = JSON.parse(process.env.BULKHEAD_PROOF);
const databases = await TestServer.from(handle).copyDatabases();
const world = await World.open(
  (environment, found) => createApp(environment, found, true),
  { worker: (environment, found) => createWorker(environment, found, true) },
  databases,
);
const proof = await IsolationProof.begin(world, options);
let sent = 0;

/** The checks since the last message. */
function fresh() {
  const checks = proof.report.checks.slice(sent);
  sent += checks.length;
  return checks;
}

process.on('message', async ({ task, end }) => {
  if (task !== undefined) {
    await proof.perform(proof.tasks[task]);
    process.send({ done: task, checks: fresh(), surface: proof.surface });
  } else if (end) {
    const touched = proof.exercised();
    await proof.reportUndeclared();
    process.send({ ended: true, checks: fresh(), touched });
    await proof.end();
    await world.close();
    process.exit(0);
  }
});
// without the parent there is nobody to prove anything for
process.on('disconnect', () => process.exit(1));
process.send({ ready: true, tasks: proof.tasks.map(({ name }) => name), tables: proof.tables });
