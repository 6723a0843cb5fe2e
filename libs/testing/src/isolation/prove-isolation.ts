import type { World } from '../world.js';
import { IsolationProof, type ProofOptions, reportUntouched } from './isolation-proof.js';
import type { Operation } from './operations.js';
import { ProofStopped, type Report } from './report.js';
import type { Surface } from './reviewed-surface.js';

/** What a proof found. */
export interface Proof {
  readonly report: Report;
  readonly operations: readonly Operation[];
  /** What everything allows now, to be compared with what was reviewed; absent where the catalogs were not read. */
  readonly surface: Surface | undefined;
}

/**
 * Proves that the tenants of a running application are separate, in this process, one task after the other: every operation is
 * attacked with foreign ids in every position, with dead tokens, foreign cursors, headers and fields; every table with every
 * kind of statement; every statement is read on its way; and every refusal has its positive control. What cannot be exercised
 * fails.
 */
export async function proveIsolation(world: World, options: ProofOptions = {}): Promise<Proof> {
  const proof = await IsolationProof.begin(world, options);
  const { report, operations } = proof;
  try {
    for (const task of proof.tasks) await proof.perform(task);
    const touched = new Set(proof.exercised());
    const { only, stopAt, tasks, operations: chosen, without = [] } = options;
    const complete = !only && !stopAt && !tasks && !chosen && !without.includes('http') && !without.includes('sql');
    if (complete) reportUntouched(report, proof.tables, touched);
    // without a part of the product its answers are not what it declares
    if (!stopAt && !without.length) await proof.reportUndeclared();
  } catch (error) {
    if (!(error instanceof ProofStopped)) throw error;
  } finally {
    await proof.end();
  }
  return { report, operations, surface: proof.surface };
}
