import { randomInt } from 'node:crypto';
import { ROLES } from '#libs/roles';
import type { World } from '../world.js';
import type { Meanings } from './calls.js';
import { CapturedSql } from './captured-sql.js';
import { controlAs } from './controls.js';
import { attackByThoseGone, attackWithDeadTokens, makeDeadTokens } from './dead-tokens.js';
import { attackWithoutEntering } from './entering.js';
import { attackUnnamedWorkspace, attackWithForeignIds } from './foreign-ids.js';
import type { HttpProof } from './http-proof.js';
import {
  attackWithCursors,
  attackWithExtraFields,
  attackWithHeaders,
  attackWithMalformedIds,
  attackWithSql,
} from './inputs.js';
import { MEANINGS } from './meanings.js';
import { proveNeighboursUnheard } from './neighbours.js';
import { type ApiDocument, type Operation, operationsOf } from './operations.js';
import { PastPolicies } from './past-policies.js';
import { proveCatalogs } from './prove-catalogs.js';
import { proveTables, tableStages } from './prove-tables.js';
import { ProofWorld } from './proof-world.js';
import { type Check, type CheckKind, ProofStopped, Report } from './report.js';
import { readSurface, type Surface } from './reviewed-surface.js';
import { attackWithHigherRoles, castOf, proveRoleTable, readRoleTable } from './role-table.js';
import { attackWithStaleAuthority } from './stale-authority.js';
import { Wire } from '../wire.js';

/** What a proof may be told. */
export interface ProofOptions {
  /** Only operations and tables whose name contains this text. Default: all. */
  readonly only?: string;
  /** Whether every role attacks and has its own control, or the strongest alone. Default `strongest`. */
  readonly roles?: 'strongest' | 'every';
  /**
   * Parts to leave out; used to ask whether one layer denies without the others. `tables` is the part of `row` that attacks
   * tables. Default none.
   */
  readonly without?: readonly ('http' | 'row' | 'sql' | 'catalog' | 'tables')[];
  /** What further operations mean beyond their description; added to Bulkhead's own. */
  readonly meanings?: Partial<Meanings>;
  /** The surface that people have reviewed; without it, it is not compared. */
  readonly reviewed?: Surface;
  /** Operations to begin with. Default none in particular. */
  readonly first?: (operation: Operation) => boolean;
  /** Kinds of check at whose first failure the proof ends. Default none. */
  readonly stopAt?: readonly CheckKind[];
  /** Draws the order of operations; default random. */
  readonly seed?: number;
  /** Told of each check as it comes. */
  readonly progress?: (check: Check) => void;
}

/** What a proof found. */
export interface Proof {
  readonly report: Report;
  readonly operations: readonly Operation[];
  /** What everything allows now, to be compared with what was reviewed; absent where the proof stopped before. */
  readonly surface: Surface | undefined;
}

/**
 * Proves that the tenants of a running application are separate, from nothing but its OpenAPI document and the catalogs of
 * its databases: every operation is attacked with foreign ids in every position, with dead tokens, foreign cursors, headers
 * and fields; every table with every kind of statement; every statement is read on its way; and every refusal has its
 * positive control. What cannot be exercised fails.
 */
export async function proveIsolation(world: World, options: ProofOptions = {}): Promise<Proof> {
  const { only = '', without = [], seed = randomInt(2 ** 31) } = options;
  const report = new Report(seed, options.progress, options.stopAt);
  const wire = await Wire.to(world.app);
  const past = new PastPolicies(world.databases);
  let all: readonly Operation[] = [];
  let surface: Awaited<ReturnType<typeof readSurface>> | undefined;
  try {
    const accounts = await ProofWorld.build(world, past);
    const { text } = await wire.send({ method: 'GET', path: '/openapi.json', headers: {} });
    all = operationsOf(JSON.parse(text) as ApiDocument);
    const proof: HttpProof = { wire, operations: all, world: accounts, meanings: merged(options.meanings), report };
    const matching = shuffled(
      all.filter(({ id }) => id.includes(only)),
      seed,
    );
    if (!matching.length && !accounts.tables.some(({ name }) => name.includes(only)))
      throw new Error(`No operation and no table has "${only}" in its name.`);
    const { first = () => false } = options;
    const operations = [...matching.filter(first), ...matching.filter((operation) => !first(operation))];
    reportStrayMeanings(proof);
    const roles = await readRoleTable(proof);
    surface = await readSurface(accounts, all, roles);
    if (!without.includes('catalog') && !only)
      await proveCatalogs(world, all, { ...surface, reviewed: options.reviewed }, report);
    if (!without.includes('row')) {
      if (!without.includes('tables') && accounts.tables.some(({ name }) => name.includes(only)))
        await proveTables(accounts, report, only, await tableStages(accounts));
      if (!only) await attackWithStaleAuthority(accounts, report);
    }
    if (!without.includes('http')) {
      const captured = without.includes('sql') ? undefined : await CapturedSql.begin(accounts.tables);
      try {
        await proveOperations(proof, operations, options.roles ?? 'strongest', roles, captured);
      } finally {
        captured?.end(report, !only && !options.stopAt);
      }
    }
  } catch (error) {
    if (!(error instanceof ProofStopped)) throw error;
  } finally {
    wire.close();
    await past.end();
  }
  return { report, operations: all, surface };
}

/** A line of the registry that no operation answers to does nothing, and may have been meant for one. */
function reportStrayMeanings({ meanings, operations, report }: HttpProof): void {
  const handlers = new Set(operations.map(({ handler }) => handler));
  const named = [
    ...[...Object.entries(meanings.after), ...Object.entries(meanings.etagFrom)].flat(),
    ...Object.keys(meanings.given),
  ];
  for (const name of new Set(named))
    report.add(
      'catalog',
      name,
      'meaning',
      '',
      handlers.has(name)
        ? undefined
        : 'is in the registry of meanings and is no operation. Correct libs/testing/src/isolation/meanings.ts',
    );
}

async function proveOperations(
  proof: HttpProof,
  operations: readonly Operation[],
  roles: 'strongest' | 'every',
  table: Awaited<ReturnType<typeof readRoleTable>>,
  captured: CapturedSql | undefined,
): Promise<void> {
  const { world, report } = proof;
  const tokens = await makeDeadTokens(world);
  const run = async ({ id }: Operation, what: string, attack: () => Promise<void>) => {
    try {
      await attack();
    } catch (error) {
      if (error instanceof ProofStopped) throw error;
      report.add('http', id, what, '', `cannot be exercised: ${(error as Error).message}`);
    }
    captured?.tell(report);
  };
  for (const operation of operations) {
    for (const role of roles === 'every' ? ROLES : (['owner'] as const)) {
      if (operation.permission && !table.get(role)?.has(operation.permission)) continue;
      await run(operation, 'control', () => controlAs(proof, operation, role));
      await run(operation, 'foreign id', () => attackWithForeignIds(proof, operation, role));
    }
    await run(operation, 'unnamed workspace', () => attackUnnamedWorkspace(proof, operation, world.narrow));
    await run(operation, 'token', () => attackWithDeadTokens(proof, operation, tokens));
    await run(operation, 'entering', () => attackByThoseGone(proof, operation, tokens));
    await run(operation, 'entering', () => attackWithoutEntering(proof, operation));
    await run(operation, 'header', () => attackWithHeaders(proof, operation));
    await run(operation, 'cursor', () => attackWithCursors(proof, operation));
    await run(operation, 'extra field', () => attackWithExtraFields(proof, operation));
    await run(operation, 'malformed id', () => attackWithMalformedIds(proof, operation));
    await run(operation, 'sql', () => attackWithSql(proof, operation));
  }
  await world.renew();
  const cast = await castOf(proof);
  for (const operation of operations) {
    await run(operation, 'role', () => proveRoleTable(proof, operation, table, cast));
    await run(operation, 'role', () => attackWithHigherRoles(proof, operation, table, cast));
  }
  await proveNeighboursUnheard(proof, operations);
}

function merged(more: Partial<Meanings> = {}): Meanings {
  return {
    tables: { ...MEANINGS.tables, ...more.tables },
    fields: { ...MEANINGS.fields, ...more.fields },
    filters: { ...MEANINGS.filters, ...more.filters },
    after: { ...MEANINGS.after, ...more.after },
    etagFrom: { ...MEANINGS.etagFrom, ...more.etagFrom },
    given: { ...MEANINGS.given, ...more.given },
  };
}

/** The same order for the same seed (Fisher and Yates, over a linear congruential generator of Numerical Recipes). */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const drawn = [...items];
  let state = seed >>> 0;
  for (let last = drawn.length - 1; last > 0; last -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = state % (last + 1);
    [drawn[last], drawn[other]] = [drawn[other] as T, drawn[last] as T];
  }
  return drawn;
}
