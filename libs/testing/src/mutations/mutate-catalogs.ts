import { ROLES } from '#libs/roles';
import { attackDirectory } from '../isolation/directory-attacks.js';
import { type ApiDocument, operationsOf } from '../isolation/operations.js';
import { proveFunctionBodies } from '../isolation/function-bodies.js';
import { PastPolicies } from '../isolation/past-policies.js';
import { proveCatalogs } from '../isolation/prove-catalogs.js';
import { ProofWorld } from '../isolation/proof-world.js';
import { type CheckKind, ProofStopped, Report, sentence } from '../isolation/report.js';
import { readSurface, type Surface } from '../isolation/reviewed-surface.js';
import { attackTables } from '../isolation/table-attacks.js';
import { tableStages } from '../isolation/table-stages.js';
import type { World } from '../world.js';
import { type CatalogMutation, catalogMutations } from './catalog-mutations.js';
import { functionMutations } from './function-mutations.js';
import type { Verdict } from './verdict.js';

/** Which mutations to make. */
export interface CatalogPart {
  /** Whether a mutation is meant. */
  readonly matches: (name: string, family: string) => boolean;
  /** Of every `of` mutations the one at `index`, so that several processes share them. Each needs a server of its own: roles are the server's. */
  readonly share: { readonly index: number; readonly of: number };
}

/** Takes each guard of the catalogs away in turn, asks what has to notice whether it does, and puts the guard back. */
export async function mutateCatalogs(
  world: World,
  { matches, share }: CatalogPart,
  tell: (verdict: Verdict) => void,
): Promise<void> {
  const past = new PastPolicies(world.databases);
  try {
    const accounts = await ProofWorld.build(world, past);
    const stages = await tableStages(accounts, 'here');
    const cells = world.databases.connections.cells.map(({ name }) => name);
    const [cell = ''] = cells;
    const operations = operationsOf((await world.nobody.get('/openapi.json')).body as ApiDocument);
    const reviewed = await surfaceOf(accounts);
    const noticed = async (
      kind: CheckKind,
      { table, where }: Pick<CatalogMutation, 'table' | 'where'>,
    ): Promise<string | undefined> => {
      const report = new Report(0, undefined, [kind]);
      try {
        if (kind === 'catalog')
          await proveCatalogs(world, operations, { ...(await surfaceOf(accounts)), reviewed }, report);
        else if (where === 'directory') await attackDirectory(accounts, report);
        else await attackTables(accounts, report, table ?? '', stages);
      } catch (error) {
        if (!(error instanceof ProofStopped)) return `the attack broke off: ${(error as Error).message}`;
      }
      const [failure] = report.failures;
      return failure && sentence(failure);
    };
    const all = (await catalogMutations(past, cell)).filter(({ name, family }) => matches(name, family));
    for (const mutation of all.filter((_, index) => index % share.of === share.index)) {
      const { name, family, where, must, sql, undo } = mutation;
      const databases = where === 'cell' ? cells : ['directory'];
      for (const database of databases) await past.rows(database, sql);
      const words = await noticed(must, mutation);
      for (const database of databases) await past.rows(database, undo);
      tell({ name, family, must: [must], by: words ? { [must]: words } : {} });
    }
    const conditions = (await functionMutations(past, cell)).filter(
      ({ name, family, must: [kind] }) => kind === 'catalog' && matches(name, family),
    );
    for (const { name, family, must, definitions, undo } of conditions.filter(
      (_, index) => index % share.of === share.index,
    )) {
      for (const definition of definitions) await past.rows(cell, definition);
      const report = new Report(0);
      await proveFunctionBodies(past, cell, accounts.tables, report);
      await past.rows(cell, undo);
      const [failure] = report.failures;
      tell({ name, family, must, by: failure ? { catalog: sentence(failure) } : {} });
    }
    const left = await noticed('catalog', { table: undefined, where: 'cell' });
    if (left) throw new Error(`A mutation was not put back: ${left}`);
  } finally {
    await past.end();
  }
}

async function surfaceOf(accounts: ProofWorld): Promise<Surface & { readonly cells: readonly (readonly string[])[] }> {
  return readSurface(accounts, [], new Map(ROLES.map((role) => [role, new Set<string>()])));
}
