import { PredicateMissingError } from './work.errors.js';

const inspected = new Map<string, number>();

/** @throws {PredicateMissingError} where a statement does not compare what it has to; each text is looked at once */
export function assertComparesTenant(text: string, ...predicates: readonly string[]): void {
  if ((inspected.get(text) ?? 0) >= predicates.length) return;
  for (const predicate of predicates) if (!text.includes(predicate)) throw new PredicateMissingError(predicate);
  inspected.set(text, predicates.length);
}
