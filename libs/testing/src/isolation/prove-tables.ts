import { attackDirectory } from './directory-attacks.js';
import type { ProofWorld, Stage } from './proof-world.js';
import type { Report } from './report.js';
import { attackTables } from './table-attacks.js';

/** Where the tables of a cell are attacked from, and what is foreign there. */
export interface TableStages {
  readonly cell: string;
  readonly own: Stage;
  readonly foreign: readonly (readonly [place: string, stage: Stage])[];
}

/** Fresh stages in each of the two cells, with somebody at work in each: sessions are rows as well. */
export async function tableStages(world: ProofWorld): Promise<TableStages[]> {
  const [here = '', there = ''] = world.world.databases.connections.cells.map(({ name }) => name);
  const found: TableStages[] = [];
  for (const [cell, own, other] of [
    [here, world.acme, world.globex],
    [there, world.initech, world.umbrella],
  ] as const) {
    const stages = [await world.stage(own), await world.stage(other), await world.stage(own)] as const;
    for (const stage of stages) await world.ownerToken(stage);
    found.push({
      cell,
      own: stages[0],
      foreign: [
        ['another account', stages[1]],
        ['another workspace', stages[2]],
      ],
    });
  }
  return found;
}

/** Every table whose name contains `only`, and without it the directory as well. */
export async function proveTables(
  world: ProofWorld,
  report: Report,
  only: string,
  stages: readonly TableStages[],
): Promise<void> {
  for (const { cell, own, foreign } of stages) await attackTables(world, report, only, cell, own, foreign);
  if (!only) await attackDirectory(world, report);
}
