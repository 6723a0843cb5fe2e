import { Session } from 'node:inspector/promises';
import { setTimeout as sleep } from 'node:timers/promises';

interface Question {
  readonly ask: 'memory' | 'profile';
  readonly milliseconds?: number;
}

/** Tells the process that started this one where it listens, and answers its questions. */
export function answerParent(port: number): void {
  process.on('message', async ({ ask, milliseconds = 0 }: Question) => {
    const answer = ask === 'memory' ? memory() : await profile(milliseconds);
    process.send?.({ answer });
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ port });
}

/** Bytes of the process and of its living objects; with `--expose-gc` after a collection. */
function memory(): { readonly resident: number; readonly used: number } {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return { resident: rss, used: heapUsed };
}

/** By what a file's path contains; the first that fits. */
const PLACES: readonly (readonly [part: string, place: string])[] = [
  ['/libs/database/src/gate/', 'the gate'],
  ['/libs/database/', 'cells, reads and units of work'],
  ['/libs/', 'the other libraries of Bulkhead'],
  ['/apps/', 'the other libraries of Bulkhead'],
  ['/node_modules/pg', 'pg'],
  ['/node_modules/typeorm', 'TypeORM'],
  ['/node_modules/@nestjs/passport', 'token'],
  ['/node_modules/passport', 'token'],
  ['/node_modules/jsonwebtoken', 'token'],
  ['/node_modules/jws', 'token'],
  ['/node_modules/jwa', 'token'],
  ['/node_modules/nestjs-cls', 'Nest'],
  ['/node_modules/@nestjs/', 'Nest'],
  ['/node_modules/rxjs', 'Nest'],
  ['/node_modules/class-', 'validation'],
  ['/node_modules/', 'Fastify and what comes with it'],
  ['node:internal/crypto', 'node:crypto'],
  ['node:', 'Node: HTTP, sockets, streams'],
];

/** Shares of the busy time of this process by place, over so many milliseconds, from samples of V8's profiler. */
async function profile(milliseconds: number): Promise<Record<string, number>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  await sleep(milliseconds);
  const { profile: seen } = await session.post('Profiler.stop');
  session.disconnect();
  const nodes = new Map(seen.nodes.map((node) => [node.id, node]));
  const counts = new Map<string, number>();
  let busy = 0;
  for (const id of seen.samples ?? []) {
    const frame = nodes.get(id)?.callFrame;
    if (!frame || frame.functionName === '(idle)' || frame.functionName === '(root)') continue;
    busy += 1;
    const place = placeOf(frame.functionName, frame.url);
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return Object.fromEntries(
    [...counts].sort(([, one], [, other]) => other - one).map(([place, count]) => [place, count / busy]),
  );
}

function placeOf(functionName: string, url: string): string {
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (!url) return 'native code (sockets, crypto, JSON)';
  return PLACES.find(([part]) => url.includes(part))?.[1] ?? 'the other libraries of Bulkhead';
}
