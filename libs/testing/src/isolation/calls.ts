import type { Field, Operation } from './operations.js';
import { idFields } from './operations.js';
import type { Person, ProofWorld, Stage } from './proof-world.js';

/** A request, ready to be sent by anybody. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text; absent without a body. */
  readonly body?: string;
}

/** Gives a value to each field of a request; undefined leaves an optional one out. */
export type Values = (field: Field) => unknown;

/** What operations mean beyond what their description says. One small registry; see {@link MEANINGS}. */
export interface Meanings {
  /** The table that a field names a row of, by the field's name without `_id`, where it is not called after it. */
  readonly tables: Readonly<Record<string, string>>;
  /** Values of fields by name, where type, format and example do not tell a good one. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Values of fields by name, where nothing optional goes with them: a role that needs no further id. */
  readonly alone: Readonly<Record<string, unknown>>;
  /** Filters that are always given, by name: an answer that shows requests would differ from one to the next. */
  readonly filters: Readonly<Record<string, () => unknown>>;
  /** The handler that must have been called before, with the same ids: a document is restored after it was deleted. */
  readonly after: Readonly<Record<string, string>>;
  /** The handler whose answer has the ETag, where it is not the reading of the same path. */
  readonly etagFrom: Readonly<Record<string, string>>;
  /** What only whoever it is for has, by handler: a cookie, a token from a mail. */
  readonly given: Readonly<Record<string, (world: ProofWorld, person: Person, stage: Stage) => Promise<Given>>>;
}

/** A credential beside the access token, made for one call. */
export interface Given {
  /** In place of the person's own. */
  readonly token?: string;
  /** Values of fields, by name. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body as it is sent, in place of one made of fields. */
  readonly body?: string;
}

/** The value of a field, from its schema and the registry. @throws {Error} where neither tells one, naming the registry. */
export function sample({ name, schema, required }: Field, meanings: Meanings): unknown {
  if (name in meanings.fields) return meanings.fields[name];
  if (schema.example !== undefined) return schema.example;
  if (schema.default !== undefined) return schema.default;
  // the last: lists begin with what may do most, and not everybody may give that
  if (schema.enum?.length) return schema.enum.findLast((value) => value !== null);
  const type = [schema.type ?? []].flat().find((one) => one !== 'null');
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1;
  if (type === 'boolean') return true;
  if (type === 'string' && !schema.pattern && !schema.format) {
    return 'Proof of isolation'.slice(0, schema.maxLength).padEnd(schema.minLength ?? 0, '.');
  }
  if (!required) return undefined;
  throw new Error(
    `no value is known for ${name}. Give it an example, or a line in libs/testing/src/isolation/meanings.ts`,
  );
}

/** A request of an operation with these values; `extra` is added to the query and at the top of the body. */
export function call(
  operation: Operation,
  values: Values,
  headers: Readonly<Record<string, string>> = {},
  extra: { readonly query?: Readonly<Record<string, unknown>>; readonly body?: Readonly<Record<string, unknown>> } = {},
): Call {
  let path = operation.path;
  const query = new URLSearchParams();
  const body: Record<string, unknown> = {};
  for (const field of operation.fields) {
    const value = values(field);
    if (field.in === 'path') path = path.replace(`{${field.name}}`, encodeURIComponent(String(value)));
    else if (value === undefined) continue;
    else if (field.in === 'query') query.set(field.name, String(value));
    else place(body, field.at, value);
  }
  for (const [name, value] of Object.entries(extra.query ?? {})) query.set(name, String(value));
  // not by assignment: `__proto__` has to reach the wire as a name
  for (const [name, value] of Object.entries(extra.body ?? {}))
    Object.defineProperty(body, name, { value, enumerable: true });
  const search = query.size ? `?${query}` : '';
  const sent = operation.hasBody || extra.body ? JSON.stringify(body) : undefined;
  return {
    method: operation.method,
    path: `${path}${search}`,
    headers: { ...(sent !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(sent !== undefined && { body: sent }),
  };
}

function place(body: Record<string, unknown>, at: readonly string[], value: unknown): void {
  let here = body as Record<string, unknown>;
  for (const [index, name] of at.slice(0, -1).entries()) {
    here[name] ??= at[index + 1] === '0' ? [] : {};
    here = here[name] as Record<string, unknown>;
  }
  here[at.at(-1) ?? ''] = value;
}

/**
 * Values that put an id into each field that names a row, and samples everywhere else.
 *
 * @param isSought whether a filter by an id is given: of all at once nothing would be found. Default none.
 */
export function valuesWith(
  operation: Operation,
  meanings: Meanings,
  id: (field: Field) => string,
  isSought: (field: Field) => boolean = () => false,
): Values {
  const ids = new Set(idFields(operation));
  return (field) => {
    const isFilter = field.in === 'query' && !field.required;
    if (ids.has(field)) return isFilter && !isSought(field) ? undefined : id(field);
    // where a list goes on and how long its pages are is tried on its own
    if (isFilter) return meanings.filters[field.name]?.();
    return sample(field, meanings);
  };
}
