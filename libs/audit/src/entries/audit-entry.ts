import { isDeepStrictEqual } from 'node:util';

/** The closed set of categories. */
export const AUDIT_CATEGORIES = [
  'authentication',
  'session',
  'membership',
  'role',
  'workspace',
  'content',
  'file',
  'secret',
  'api_key',
  'billing',
  'settings',
  'privacy',
  'administration',
] as const;

/** One of the closed set of categories. */
export type AuditCategory = (typeof AUDIT_CATEGORIES)[number];

/** What came of an act: it was done; it was refused, to whoever asked; or it could not be done. */
export const OUTCOMES = ['succeeded', 'denied', 'failed'] as const;

/** One of {@link OUTCOMES}. */
export type Outcome = (typeof OUTCOMES)[number];

/** What came of an act that was not done. */
export interface Refusal {
  readonly outcome: Exclude<Outcome, 'succeeded'>;
  /** Code of the problem that was answered. */
  readonly reason: string;
}

/** A value before and after an act. */
export interface Change {
  readonly from?: unknown;
  readonly to?: unknown;
}

/** An act as the audit trail names it. */
export interface Act {
  readonly category: AuditCategory;
  /** `<noun>.<verb>`, for example `document.update`. */
  readonly action: string;
}

/** An act, its resource and its changes. Actor, time, origin and request come from the context and the database. */
export interface AuditAct extends Act {
  readonly resource: { readonly type: string; readonly id: string | null };
  /** By field, as a reading of the resource names it. Texts of documents and secrets are left out. Default none. */
  readonly changes?: Readonly<Record<string, Change>>;
}

/** An entry as the log shows it: what it is about, and neither where it came from nor what was changed. */
export interface LoggedEntry {
  readonly id: string;
  readonly category: AuditCategory;
  readonly action: string;
  readonly actorKind: string;
  readonly actorUserId: string | null;
  readonly actorName: string | null;
  readonly onBehalfOf: string | null;
  readonly accountId: string | null;
  readonly workspaceId: string | null;
  readonly resourceType: string;
  readonly resourceId: string | null;
  readonly refusal: Refusal | undefined;
  readonly requestId: string;
}

/** The fields that differ, before and after, by the names that the API has for them; empty where nothing changed. */
export function changesBetween<T extends object>(before: Partial<T>, after: Partial<T>): Record<string, Change> {
  const fields = (Object.keys(after) as (keyof T & string)[]).filter(
    (field) => !isDeepStrictEqual(before[field], after[field]),
  );
  return Object.fromEntries(
    fields.map((field) => [inSnakeCase(field), { from: before[field] ?? null, to: after[field] ?? null }]),
  );
}

function inSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
