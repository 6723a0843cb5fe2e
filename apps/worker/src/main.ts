import 'reflect-metadata';
import { ConfigurationError, parseEnvironment, processVariables } from '#libs/context';
import { assertFitToServe, findDatabases, isFree } from '#libs/database';
import { Duties } from '#libs/jobs';
import { Metrics, scrubText, serveMetrics } from '#libs/telemetry';
import { createWorker } from './create-worker.js';

const ending = new AbortController();
// a terminal interrupts the API as well, which ends us; where it was killed, nobody is left who would
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ending.abort());
process.on('disconnect', () => ending.abort());
// it may have been killed while we were being loaded
if (process.argv.includes('--beside-api') && !process.connected) process.exit(0);

try {
  const environment = parseEnvironment(processVariables());
  const databases = await findDatabases(environment);
  await assertFitToServe(databases);
  const worker = await createWorker(environment, databases);
  const { host, workerPort } = environment.telemetry.metrics;
  if (workerPort && !(await isFree(workerPort, host)))
    throw new ConfigurationError([
      `Port ${workerPort} of ${host} is taken. Set WORKER_METRICS_PORT to another for the metrics, or to 0 for none.`,
    ]);
  const metrics = workerPort ? await serveMetrics(worker.get(Metrics), workerPort, host) : undefined;
  await worker.get(Duties).perform(ending.signal);
  metrics?.close();
  metrics?.closeAllConnections();
  await worker.close();
  if (databases.embedded && !databases.embedded.foundRunning) await databases.embedded.stop();
  process.exit(0);
} catch (error) {
  const text = error instanceof ConfigurationError ? error.message : ((error as Error).stack ?? String(error));
  process.stderr.write(`worker: ${scrubText(text)}\n`);
  process.exit(1);
}
