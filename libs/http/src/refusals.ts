import type { ErrorKind } from '#libs/context';
import type { EndpointOptions } from './endpoint.decorator.js';

/** An operation, as rules of refusals look at it. */
export interface RefusingOperation {
  readonly endpoint: EndpointOptions;
  /** Upper case. */
  readonly method: string;
  /** As the OpenAPI document spells it: `/v1/documents/{documentId}`. */
  readonly path: string;
  /** Names of its query parameters. */
  readonly query: readonly string[];
  /** Whether it takes a body. */
  readonly hasBody: boolean;
  /** Whether it honours `Idempotency-Key`. */
  readonly takesKey: boolean;
}

/** An error that operations answer with without saying so themselves, because a guard, a filter or the database makes it. */
export interface ImpliedRefusal {
  readonly error: ErrorKind;
  /** Returns whether an operation can answer with it. */
  readonly appliesTo: (operation: RefusingOperation) => boolean;
}

/** Returns the errors that an operation can answer with, its own and those that rules imply, by status and code, each once. */
export function refusalsOf(operation: RefusingOperation, rules: readonly ImpliedRefusal[]): ErrorKind[] {
  const implied = rules.filter(({ appliesTo }) => appliesTo(operation)).map(({ error }) => error);
  const all = new Map([...implied, ...(operation.endpoint.refuses ?? [])].map((error) => [error.code, error]));
  return [...all.values()].sort(
    (one, other) => one.status - other.status || (one.code < other.code ? -1 : Number(one.code > other.code)),
  );
}

/** Returns whether an operation reaches into an account. */
export function isInAccount({ endpoint: { scope } }: RefusingOperation): boolean {
  return scope === 'account' || scope === 'workspace';
}

/** Returns whether an operation only reads. */
export function isRead({ method }: RefusingOperation): boolean {
  return method === 'GET';
}

/** Returns whether the path of an operation has a parameter. */
export function hasPathParameter({ path }: RefusingOperation): boolean {
  return /\{\w+\}/.test(path);
}
