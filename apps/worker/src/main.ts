import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { AuditPurge, EntryCopies } from '#libs/audit';
import { ConfigurationError, parseEnvironment, processVariables } from '#libs/context';
import { assertFitToServe, findDatabases, isFree } from '#libs/database';
import { OutboxDelivery } from '#libs/mail';
import { Metrics, scrubText, serveMetrics, StructuredLog } from '#libs/telemetry';
import { createWorker } from './create-worker.js';

/** How long it looks away when there was nothing to do. */
const PAUSE_MS = 1_000;
const PURGE_EVERY_MS = 6 * 3_600_000;

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
  const log = worker.get(StructuredLog);
  const { host, workerPort } = environment.telemetry.metrics;
  if (workerPort && !(await isFree(workerPort, host)))
    throw new ConfigurationError([
      `Port ${workerPort} of ${host} is taken. Set WORKER_METRICS_PORT to another for the metrics, or to 0 for none.`,
    ]);
  const metrics = workerPort ? await serveMetrics(worker.get(Metrics), workerPort, host) : undefined;
  const [delivery, copies, purge] = [worker.get(OutboxDelivery), worker.get(EntryCopies), worker.get(AuditPurge)];
  const done = async (name: string, work: () => Promise<number>) => {
    try {
      return await work();
    } catch (error) {
      log.error({ error, duty: name });
      return 0;
    }
  };
  let purgeAt = Date.now();
  while (!ending.signal.aborted) {
    let seen = await done('mail', () => delivery.deliverDue());
    seen += await done('entry copies', () => copies.copyDue());
    if (Date.now() >= purgeAt) {
      purgeAt = Date.now() + PURGE_EVERY_MS;
      await done('audit purge', () => purge.run(ending.signal));
    }
    if (!seen) await sleep(PAUSE_MS, undefined, { signal: ending.signal }).catch(() => undefined);
  }
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
