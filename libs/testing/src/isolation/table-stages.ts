import type { ProofWorld, Stage } from './proof-world.js';

/** Which cell of a proof is meant: the attacker's, or the other one. */
export const PLACES = ['here', 'there'] as const;

/** One of {@link PLACES}. */
export type Place = (typeof PLACES)[number];

/** Where the tables of a cell are attacked from, and what is foreign there. */
export interface TableStages {
  readonly cell: string;
  readonly own: Stage;
  readonly foreign: readonly (readonly [place: string, stage: Stage])[];
}

/** Fresh stages in one of the two cells, with somebody at work in each: sessions are rows as well. */
export async function tableStages(world: ProofWorld, place: Place): Promise<TableStages> {
  const [here, there] = world.world.databases.connections.cells.map(({ name }) => name);
  const [cell = '', own, other] =
    place === 'here' ? [here, world.acme, world.globex] : [there, world.initech, world.umbrella];
  const stages = [await world.stage(own), await world.stage(other), await world.stage(own)] as const;
  for (const stage of stages) await world.ownerToken(stage);
  return {
    cell,
    own: stages[0],
    foreign: [
      ['another account', stages[1]],
      ['another workspace', stages[2]],
    ],
  };
}
