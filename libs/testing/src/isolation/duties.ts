import { RequestMeter } from '#libs/billing';
import { Duties } from '#libs/jobs';
import type { HttpProof } from './http-proof.js';
import { boughtIn } from './meanings.js';

/** Rounds after which a duty that still finds something to do is going in circles. */
const MOST_ROUNDS = 50;

/**
 * Performs every duty of the worker, and writes what the API has counted, where something was bought, somebody signed in and somebody was invited: what it sends to
 * the cells is heard by the capture of statements, as the statements of requests are.
 */
export async function exerciseDuties(
  { world, report }: HttpProof,
  exercised: (name: string) => Promise<void> = async () => undefined,
): Promise<void> {
  await boughtIn(world, world.own);
  const worker = await world.world.worker();
  const { signal } = new AbortController();
  // the API's own, on a timer of its own
  const meter = world.world.app.get(RequestMeter);
  const requests = { name: 'request meter', run: async () => meter.write().then(() => 0) };
  for (const { name, run } of [...worker.get(Duties).all(), requests]) {
    try {
      let rounds = 0;
      while (rounds < MOST_ROUNDS && (await run(signal)) > 0) rounds += 1;
      const failure = rounds === MOST_ROUNDS ? 'finds something to do again and again' : undefined;
      report.add('sql', `duty ${name}`, 'duty', 'performed', failure);
    } catch (error) {
      report.broke('sql', `duty ${name}`, 'duty', 'performed', error);
    }
    await exercised(`duty ${name}`);
  }
}
