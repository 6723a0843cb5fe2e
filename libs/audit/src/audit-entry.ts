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

/** A value before and after an act. */
export interface Change {
  readonly from?: unknown;
  readonly to?: unknown;
}

/** What was done; who, when, from where and in which request come from the context and the database. */
export interface AuditAct {
  readonly category: AuditCategory;
  /** `<noun>.<verb>`, for example `document.update`. */
  readonly action: string;
  readonly resource: { readonly type: string; readonly id: string | null };
  /** By field. Texts of documents and secrets are left out. Default none. */
  readonly changes?: Readonly<Record<string, Change>>;
}

/** The fields that differ, before and after; empty where nothing changed. */
export function changesBetween<T extends object>(before: Partial<T>, after: Partial<T>): Record<string, Change> {
  const fields = (Object.keys(after) as (keyof T & string)[]).filter(
    (field) => !isDeepStrictEqual(before[field], after[field]),
  );
  return Object.fromEntries(fields.map((field) => [field, { from: before[field] ?? null, to: after[field] ?? null }]));
}
