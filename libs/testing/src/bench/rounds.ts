import { median, percentile } from '../statistics.js';

/** Does one operation of an arm; `turn` counts them, so that arms can go through the same inputs. */
export type Arm = (turn: number) => Promise<unknown>;

/** What was seen of each arm, one number a round: operations a second. */
export type Rounds<Name extends string> = Readonly<Record<Name, readonly number[]>>;

/** One line of the benchmark. */
export interface Figure {
  readonly name: string;
  /** Candidate ÷ base, the median of the rounds; for some figures an absolute number, see `unit`. */
  readonly ratio: number;
  /** An arm ÷ the identical arm in the same rounds: how far from 1 means nothing. */
  readonly control: number;
  readonly rounds: number;
  /** The tenth and the ninetieth percentile of the rounds' ratios. */
  readonly spread: readonly [number, number];
  /** What the design wants; absent for figures that are only told. */
  readonly aim?: { readonly at: 'least' | 'most'; readonly value: number };
  /** Of an absolute number, for example `µs`. */
  readonly unit?: string;
}

/** How arms are measured. */
export interface Pace {
  readonly rounds: number;
  /** Length of one block of one arm. */
  readonly milliseconds: number;
}

/** The suffix under which the identical arm of a control runs. */
const AGAIN = ' again';

/**
 * Runs blocks of all arms in rounds, shuffled anew each round, so that what the machine does meanwhile falls on all alike. The
 * arm called `candidate` runs twice a round, as the control of all.
 *
 * @param block measures one block of one arm and returns a number: the more, the better, or the other way round for all.
 */
export async function interleave<Name extends string>(
  arms: readonly Name[],
  candidate: Name,
  { rounds }: Pace,
  block: (arm: Name) => Promise<number>,
): Promise<Rounds<Name | ' again'>> {
  const runs = [...arms.map((arm) => [arm, arm] as const), [AGAIN, candidate] as const];
  const seen = new Map<string, number[]>(runs.map(([name]) => [name, []]));
  // plans, prepared statements and the compiler of the runtime settle first
  for (const [, arm] of runs) await block(arm);
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, arm] of shuffled(runs)) seen.get(name)?.push(await block(arm));
  }
  return Object.fromEntries(seen) as unknown as Rounds<Name | ' again'>;
}

/** Operations a second of an arm, `atOnce` at a time, over one block. */
export async function throughput(arm: Arm, atOnce: number, milliseconds: number): Promise<number> {
  const began = performance.now();
  let turn = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (performance.now() - began < milliseconds) await arm(turn++);
    }),
  );
  return turn / ((performance.now() - began) / 1_000);
}

/** The figure that compares two arms of the same rounds. */
export function compare<Name extends string>(
  name: string,
  rounds: Rounds<Name | ' again'>,
  candidate: Name,
  base: Name,
  aim?: Figure['aim'],
): Figure {
  const ratios = divide(rounds[candidate], rounds[base]);
  const control = divide(rounds[AGAIN], rounds[candidate]);
  return {
    name,
    ratio: median(ratios),
    control: median(control),
    rounds: ratios.length,
    spread: [percentile(ratios, 0.1), percentile(ratios, 0.9)],
    ...(aim && { aim }),
  };
}

function divide(above: readonly number[], below: readonly number[]): number[] {
  return above.map((value, index) => value / (below[index] ?? Number.NaN));
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);
}
