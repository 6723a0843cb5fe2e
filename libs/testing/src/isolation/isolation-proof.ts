import { randomInt } from 'node:crypto';
import { ROLES } from '#libs/roles';
import { type OperationProblem, problemsDeclaredIn, problemsGivenBy } from '../contract/given-problems.js';
import { Wire } from '../wire.js';
import type { World } from '../world.js';
import type { Meanings } from './calls.js';
import { CapturedSql } from './captured-sql.js';
import { controlAs, variantsOf } from './controls.js';
import { attackByThoseGone, attackWithDeadTokens, makeDeadTokens } from './dead-tokens.js';
import { attackDirectory } from './directory-attacks.js';
import { exerciseDuties } from './duties.js';
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
import { proveFunctionBodies } from './function-bodies.js';
import { PastPolicies } from './past-policies.js';
import { proveCatalogs } from './prove-catalogs.js';
import { ProofWorld, tenantTablesIn } from './proof-world.js';
import { type Check, type CheckKind, Report } from './report.js';
import { readSurface, type Surface } from './reviewed-surface.js';
import { attackWithHigherRoles, castOf, proveRoleTable, readRoleTable } from './role-table.js';
import { attackWhileReadOnly } from './read-only.js';
import { attackWithStaleAccess } from './stale-access.js';
import { attackTables } from './table-attacks.js';
import { type Place, PLACES, tableStages } from './table-stages.js';

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
  /** Only these operations, by their ids, in this order. Default: all that `only` lets through, in an order that the seed draws. */
  readonly operations?: readonly string[];
  /** Only the tasks of which this is true. Default: all. */
  readonly tasks?: (task: ProofTask) => boolean;
  /** Told after each part of what is tried with an operation, and after each duty of the worker. */
  readonly exercised?: (name: string) => Promise<void>;
  /** Kinds of check at whose first failure the proof ends. Default none. */
  readonly stopAt?: readonly CheckKind[];
  /** Draws the order of operations; default random. */
  readonly seed?: number;
  /** Told of each check as it comes. */
  readonly progress?: (check: Check) => void;
}

/**
 * A part of a proof that stands by itself. It makes its own accounts, so the parts can run in any order and in several
 * processes, and what a part costs does not depend on how many there are.
 */
export interface ProofTask {
  /** For people: `catalogs`, `tables of eu-west-1`, or the ids of the operations that it attacks. */
  readonly name: string;
  readonly of: 'meanings' | 'catalogs' | 'tables' | 'directory' | 'stale access' | 'duties' | 'operations';
  /** The operations that it attacks; empty for the other tasks. */
  readonly operations: readonly Operation[];
  /** Where the tables are that it attacks. */
  readonly place?: Place;
}

/** Operations of one task. More would share accounts whose rows are read at each attack; fewer would spend their time on making accounts. */
const OPERATIONS_AT_ONCE = 8;

/**
 * A proof that the tenants of a running application are separate, made from nothing but its OpenAPI document and the catalogs
 * of its databases. It is divided into tasks; {@link proveIsolation} performs all of them, one after the other.
 */
export class IsolationProof {
  /** What everything allows now, to be compared with what was reviewed; absent until the catalogs have been read. */
  surface: Surface | undefined;
  private captured: CapturedSql | undefined;

  private constructor(
    private readonly world: World,
    private readonly options: ProofOptions,
    readonly report: Report,
    private readonly wire: Wire,
    private readonly past: PastPolicies,
    /** Every operation of the application. */
    readonly operations: readonly Operation[],
    readonly tasks: readonly ProofTask[],
    /** The protected tables of a cell. */
    readonly tables: readonly string[],
  ) {}

  /**
   * Reads the description of an application and divides the proof of it into tasks: the same, in the same order, for the same
   * options and seed.
   *
   * @throws {Error} where `only` names nothing.
   */
  static async begin(world: World, options: ProofOptions = {}): Promise<IsolationProof> {
    const { only = '', without = [], seed = randomInt(2 ** 31), tasks: isMeant = () => true } = options;
    const report = new Report(seed, options.progress, options.stopAt);
    const wire = await Wire.to(world.app);
    const past = new PastPolicies(world.databases);
    const { text } = await wire.send({ method: 'GET', path: '/openapi.json', headers: {} });
    const operations = operationsOf(JSON.parse(text) as ApiDocument);
    const [cell] = world.databases.connections.cells;
    const tables = (await tenantTablesIn(past, cell?.name ?? '')).map(({ name }) => name);
    const matching = shuffled(
      operations.filter(({ id }) => id.includes(only)),
      seed,
    );
    const namesTables = tables.some((name) => name.includes(only));
    if (!matching.length && !namesTables) throw new Error(`No operation and no table has "${only}" in its name.`);
    const ordered = options.operations?.flatMap((id) => matching.filter((one) => one.id === id)) ?? matching;
    const isIn = (part: 'http' | 'row' | 'catalog' | 'tables') => !without.includes(part);
    const task = (of: ProofTask['of'], name: string = of): ProofTask => ({ of, name, operations: [] });
    const tasks: ProofTask[] = [
      task('meanings'),
      ...(isIn('catalog') && !only ? [task('catalogs')] : []),
      ...(isIn('row') && isIn('tables') && namesTables
        ? PLACES.map((place) => ({ ...task('tables', `tables ${place}`), place }))
        : []),
      ...(isIn('row') && isIn('tables') && !only ? [task('directory')] : []),
      ...(isIn('row') && !only ? [task('stale access')] : []),
      ...(isIn('http') && !without.includes('sql') && !only ? [task('duties')] : []),
      ...(isIn('http') ? inBatches(ordered) : []),
    ];
    const meant = tasks.filter(isMeant);
    return new IsolationProof(world, options, report, wire, past, operations, meant, tables);
  }

  /**
   * Performs one task. An error that no attack expected is a failure of the task, with its stack; the others can go on.
   *
   * @throws {ProofStopped} where a check fails at whose failure the proof is to end.
   */
  async perform(task: ProofTask): Promise<void> {
    const { of, name } = task;
    try {
      await this.dispatch(task);
    } catch (error) {
      const kind = of === 'operations' ? 'http' : of === 'catalogs' || of === 'meanings' ? 'catalog' : 'row';
      this.report.broke(kind, name, 'task', '', error);
    }
  }

  /** Reports the statements that were heard on their way to the cells, and gives the tables that they touched. */
  exercised(): readonly string[] {
    return this.captured?.report(this.report) ?? [];
  }

  /** Reports each problem that an operation answered with and does not declare. */
  async reportUndeclared(): Promise<void> {
    const { text } = await this.wire.send({ method: 'GET', path: '/openapi.json', headers: {} });
    const line = ({ operation, code }: OperationProblem) => `${operation} ${code}`;
    const declared = new Set(problemsDeclaredIn(JSON.parse(text)).map(line));
    const known = new Set(this.operations.map(({ id }) => id));
    const given = (await problemsGivenBy(this.world.app)).filter(({ operation }) => known.has(operation));
    for (const problem of given) {
      const failure = declared.has(line(problem))
        ? undefined
        : 'is answered and not declared. Add it to "refuses" of its @Endpoint';
      this.report.add('http', problem.operation, 'contract', problem.code, failure);
    }
  }

  /** Closes the connections of the proof; the application goes on. */
  async end(): Promise<void> {
    this.wire.close();
    await this.past.end();
  }

  private async dispatch({ of, operations, place }: ProofTask): Promise<void> {
    const { world, report, options } = this;
    const { only = '', without = [] } = options;
    if (of === 'meanings') return this.reportStrayMeanings();
    const accounts = await ProofWorld.build(world, this.past);
    if (of === 'tables' && place) return attackTables(accounts, report, only, await tableStages(accounts, place));
    if (of === 'directory') return attackDirectory(accounts, report);
    if (of === 'stale access') return attackWithStaleAccess(accounts, report);
    const { wire } = this;
    const proof = { wire, operations: this.operations, world: accounts, meanings: this.meanings, report };
    const roles = await readRoleTable(proof);
    if (of === 'catalogs') {
      const surface = await readSurface(accounts, this.operations, roles);
      this.surface = surface;
      await proveCatalogs(world, this.operations, { ...surface, reviewed: options.reviewed }, report);
      for (const { name } of world.databases.connections.cells)
        await proveFunctionBodies(this.past, name, accounts.tables, report);
      return;
    }
    const work = async () =>
      of === 'duties' ? exerciseDuties(proof, options.exercised) : this.proveOperations(proof, operations, roles);
    if (without.includes('sql')) return work();
    this.captured ??= await CapturedSql.of(accounts.tables);
    await this.captured.during(work);
    return this.captured.tell(report);
  }

  private async proveOperations(
    proof: HttpProof,
    operations: readonly Operation[],
    table: Awaited<ReturnType<typeof readRoleTable>>,
  ): Promise<void> {
    const { world, report } = proof;
    const { roles = 'strongest' } = this.options;
    const tokens = await makeDeadTokens(world);
    const run = async ({ id }: Operation, what: string, attack: () => Promise<void>) => {
      try {
        await attack();
      } catch (error) {
        report.broke('http', id, what, '', error);
      }
      this.captured?.tell(report);
      await this.options.exercised?.(id);
    };
    for (const operation of operations) {
      for (const role of roles === 'every' ? ROLES : (['owner'] as const)) {
        if (operation.permission && !table.get(role)?.has(operation.permission)) continue;
        await run(operation, 'control', () => controlAs(proof, operation, role));
        await run(operation, 'foreign id', () => attackWithForeignIds(proof, operation, role));
      }
      for (const body of variantsOf(operation))
        await run(operation, 'control', () => controlAs(proof, operation, 'owner', body));
      await run(operation, 'unnamed workspace', () => attackUnnamedWorkspace(proof, operation, world.narrow));
      await run(operation, 'token', () => attackWithDeadTokens(proof, operation, tokens));
      await run(operation, 'entering', () => attackByThoseGone(proof, operation, tokens));
      await run(operation, 'entering', () => attackWithoutEntering(proof, operation));
      await run(operation, 'read-only', () => attackWhileReadOnly(proof, operation));
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

  private get meanings(): Meanings {
    const { meanings: more = {} } = this.options;
    return {
      tables: { ...MEANINGS.tables, ...more.tables },
      fields: { ...MEANINGS.fields, ...more.fields },
      alone: { ...MEANINGS.alone, ...more.alone },
      filters: { ...MEANINGS.filters, ...more.filters },
      after: { ...MEANINGS.after, ...more.after },
      etagFrom: { ...MEANINGS.etagFrom, ...more.etagFrom },
      given: { ...MEANINGS.given, ...more.given },
    };
  }

  /** A line of the registry that no operation answers to does nothing, and may have been meant for one. */
  private reportStrayMeanings(): void {
    const { meanings, operations, report } = this;
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
}

/** Reports each table that no statement touched, where all operations were exercised. */
export function reportUntouched(report: Report, tables: readonly string[], touched: ReadonlySet<string>): void {
  for (const name of tables) {
    const failure = touched.has(name) ? undefined : 'cannot be exercised: no operation reads or writes it';
    report.add('sql', name, 'statement', 'some operation touches it', failure);
  }
}

function inBatches(operations: readonly Operation[]): ProofTask[] {
  const tasks: ProofTask[] = [];
  for (let from = 0; from < operations.length; from += OPERATIONS_AT_ONCE) {
    const batch = operations.slice(from, from + OPERATIONS_AT_ONCE);
    tasks.push({ of: 'operations', name: batch.map(({ id }) => id).join(', '), operations: batch });
  }
  return tasks;
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
