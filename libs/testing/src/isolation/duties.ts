import { RequestMeter } from '#libs/billing';
import { Duties } from '#libs/jobs';
import type { HttpProof } from './http-proof.js';
import { boughtIn } from './meanings.js';

/** Rounds after which a duty that still finds something to do is going in circles. */
const MAX_ROUNDS = 50;

/**
 * Performs every duty of the worker, and the API's own of writing request counts, after a purchase, a sign-in and an invitation. The
 * capture of statements hears their statements as it hears those of requests.
 */
export async function exerciseDuties(
  { world, report }: HttpProof,
  exercised: (name: string) => Promise<void> = async () => undefined,
): Promise<void> {
  await boughtIn(world, world.own);
  const worker = await world.world.worker();
  const { signal } = new AbortController();
  const meter = world.world.app.get(RequestMeter);
  const requests = {
    name: 'request meter',
    run: async () => {
      await meter.write();
      return 0;
    },
  };
  for (const { name, run } of [...worker.get(Duties).all(), requests]) {
    try {
      let rounds = 0;
      while (rounds < MAX_ROUNDS && (await run(signal)) > 0) rounds += 1;
      const failure = rounds === MAX_ROUNDS ? 'finds something to do again and again' : undefined;
      report.add('sql', `duty ${name}`, 'duty', 'performed', failure);
    } catch (error) {
      report.broke('sql', `duty ${name}`, 'duty', 'performed', error);
    }
    await exercised(`duty ${name}`);
  }
}
