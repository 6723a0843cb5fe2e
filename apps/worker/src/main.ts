import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError, parseEnvironment, processVariables } from '#libs/context';
import { assertFitToServe, findDatabases } from '#libs/database';
import { OutboxDelivery } from '#libs/mail';
import { createWorker } from './create-worker.js';

/** How long it looks away when there was nothing to do. */
const PAUSE_MS = 1_000;

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
  const delivery = worker.get(OutboxDelivery);
  while (!ending.signal.aborted) {
    const seen = await delivery.deliverDue().catch((error) => {
      process.stderr.write(`worker: ${error}\n`);
      return 0;
    });
    if (!seen) await sleep(PAUSE_MS, undefined, { signal: ending.signal }).catch(() => undefined);
  }
  await worker.close();
  if (databases.embedded && !databases.embedded.foundRunning) await databases.embedded.stop();
  process.exit(0);
} catch (error) {
  process.stderr.write(`worker: ${error instanceof ConfigurationError ? error.message : (error as Error).stack}\n`);
  process.exit(1);
}
