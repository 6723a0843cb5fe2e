import { ROLES } from '#libs/roles';
import { type ApiDocument, operationsOf } from '../isolation/operations.js';
import { PastPolicies } from '../isolation/past-policies.js';
import { proveCatalogs } from '../isolation/prove-catalogs.js';
import { proveTables, tableStages } from '../isolation/prove-tables.js';
import { ProofWorld } from '../isolation/proof-world.js';
import { type CheckKind, ProofStopped, Report, sentence } from '../isolation/report.js';
import { readSurface, type Surface } from '../isolation/reviewed-surface.js';
import type { World } from '../world.js';
import { catalogMutations } from './catalog-mutations.js';
import type { Verdict } from './verdict.js';

/** Takes each guard of the catalogs away in turn, asks rows and catalogs whether they notice, and puts it back. */
export async function mutateCatalogs(
  world: World,
  only: (name: string, family: string) => boolean,
  tell: (verdict: Verdict) => void,
): Promise<void> {
  const past = new PastPolicies(world.databases);
  try {
    const accounts = await ProofWorld.build(world, past);
    const stages = await tableStages(accounts);
    const cells = world.databases.connections.cells.map(({ name }) => name);
    const [cell = ''] = cells;
    const operations = operationsOf((await world.nobody.get('/openapi.json')).body as ApiDocument);
    const reviewed = await surfaceOf(accounts);
    const noticed = async (kind: 'row' | 'catalog', table: string | undefined): Promise<string | undefined> => {
      const report = new Report(0, undefined, [kind]);
      try {
        if (kind === 'row') await proveTables(accounts, report, table ?? '', stages.slice(0, 1));
        else await proveCatalogs(world, operations, { ...(await surfaceOf(accounts)), reviewed }, report);
      } catch (error) {
        if (!(error instanceof ProofStopped)) return `the attack broke off: ${(error as Error).message}`;
      }
      const [failure] = report.failures;
      return failure && sentence(failure);
    };
    for (const { name, family, where, table, must, sql, undo } of await catalogMutations(past, cell)) {
      if (!only(name, family)) continue;
      const databases = where === 'cell' ? cells : ['directory'];
      for (const database of databases) await past.rows(database, sql);
      const by: Partial<Record<CheckKind, string>> = {};
      for (const kind of ['row', 'catalog'] as const) {
        const words = await noticed(kind, table);
        if (words) by[kind] = words;
      }
      for (const database of databases) await past.rows(database, undo);
      tell({ name, family, must: [must], by });
    }
    const left = await noticed('catalog', undefined);
    if (left) throw new Error(`A mutation was not put back: ${left}`);
  } finally {
    await past.end();
  }
}

async function surfaceOf(accounts: ProofWorld): Promise<Surface & { readonly cells: readonly (readonly string[])[] }> {
  return readSurface(accounts, [], new Map(ROLES.map((role) => [role, new Set<string>()])));
}
