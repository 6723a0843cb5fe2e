import type { Act, AuditCategory } from './audit-entry.js';

/**
 * Names acts once, for the endpoint that declares them (`records`) and the service that records them.
 *
 * ```ts
 * const DATASET = actsOn('dataset', 'content', ['list', 'create']);
 * DATASET.create; // category content, action dataset.create
 * ```
 *
 * @throws {Error} for a verb that stands twice.
 */
export function actsOn<const Verb extends string>(
  noun: string,
  category: AuditCategory,
  verbs: readonly Verb[],
): Readonly<Record<Verb, Act>> {
  if (new Set(verbs).size < verbs.length) throw new Error(`A verb of ${noun} stands twice.`);
  const named = verbs.map((verb) => [verb, { category, action: `${noun}.${verb}` }] as const);
  return Object.fromEntries(named) as Record<Verb, Act>;
}
