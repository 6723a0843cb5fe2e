import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** A way to a server that is longer than it is. */
export interface DelayProxy {
  readonly port: number;
  stop(): Promise<unknown>;
}

/**
 * Listens in a thread of its own and passes everything on to a port of 127.0.0.1, what comes from the client one millisecond
 * late. The clock of timers adds up to another; what it comes to is measured, not assumed.
 */
export async function startDelayProxy(target: number): Promise<DelayProxy> {
  const worker = new Worker(new URL(import.meta.url), { workerData: target });
  const port = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return { port, stop: () => worker.terminate() };
}

function serve(target: number): void {
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true });
    client.on('data', (part) => setTimeout(() => upstream.write(part), 1));
    upstream.on('data', (part) => client.write(part));
    endTogether(client, upstream);
  });
  server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
}

function endTogether(one: Socket, other: Socket): void {
  for (const [here, there] of [
    [one, other],
    [other, one],
  ] as const) {
    here.on('error', () => there.destroy());
    here.on('close', () => there.destroy());
  }
}

if (!isMainThread) serve(workerData as number);
