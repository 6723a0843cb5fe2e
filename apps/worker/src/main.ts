import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { AuditPurge, EntryCopies } from '#libs/audit';
import { EventApplication, Settlement, UsageReconciliation } from '#libs/billing';
import { ConfigurationError, parseEnvironment, processVariables } from '#libs/context';
import { assertFitToServe, findDatabases, isFree } from '#libs/database';
import { OutboxDelivery } from '#libs/mail';
import { Metrics, scrubText, serveMetrics, StructuredLog } from '#libs/telemetry';
import { createWorker } from './create-worker.js';

/** How long it looks away when there was nothing to do. */
const PAUSE_MS = 1_000;
const PURGE_EVERY_MS = 6 * 3_600_000;
const COUNT_EVERY_MS = 24 * 3_600_000;

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
  const [events, settlement] = [worker.get(EventApplication), worker.get(Settlement)];
  const usage = worker.get(UsageReconciliation);
  // each on its own: mail does not wait for a purge
  await Promise.all([
    repeat('mail', log, () => delivery.deliverDue()),
    repeat('entry copies', log, () => copies.copyDue()),
    repeat('audit purge', log, () => purge.run(ending.signal), PURGE_EVERY_MS),
    repeat('billing events', log, () => events.applyDue()),
    repeat('billing', log, () => settlement.settleDue()),
    repeat('usage reconciliation', log, () => usage.run(ending.signal).then(() => 0), COUNT_EVERY_MS),
  ]);
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

/** Does something again and again until we end: at once where there was something to do, else after a pause. */
async function repeat(
  duty: string,
  log: StructuredLog,
  work: () => Promise<number>,
  pauseMs = PAUSE_MS,
): Promise<void> {
  while (!ending.signal.aborted) {
    const seen = await work().catch((error: unknown) => {
      log.error({ error, duty });
      return 0;
    });
    if (!seen) await sleep(pauseMs, undefined, { signal: ending.signal }).catch(() => undefined);
  }
}
