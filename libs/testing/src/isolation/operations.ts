/** A JSON schema as OpenAPI 3.1 carries it; what the proof reads of it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly default?: unknown;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
}

/** A field of a path, a query or a body. */
export interface Field {
  readonly in: 'path' | 'query' | 'body';
  readonly name: string;
  readonly schema: Schema;
  readonly required: boolean;
  /** Where it is inside a body, names from the outside in; for others its name alone. */
  readonly at: readonly string[];
}

/** One operation of the OpenAPI document. */
export interface Operation {
  /** `POST /v1/documents`. */
  readonly id: string;
  /** The handler that answers, the same for an alias: `documents.create`. */
  readonly handler: string;
  readonly method: string;
  readonly path: string;
  readonly scope: string | undefined;
  readonly permission: string | undefined;
  readonly reason: string | undefined;
  /** Category and action of its entry in the trail. */
  readonly records: readonly [category: string, action: string] | undefined;
  readonly fields: readonly Field[];
  readonly hasBody: boolean;
  /** Status of success. */
  readonly success: number;
  /** Whether the answer is a stream of server-sent events, which does not end. */
  readonly streamed: boolean;
  /** Whether the change needs `If-Match`. */
  readonly conditional: boolean;
  /** Whether it is taken while the account can only be read. */
  readonly whileReadOnly: boolean;
  /** Whether it honours `Idempotency-Key`. */
  readonly repeatable: boolean;
}

interface RawOperation {
  readonly operationId?: string;
  readonly 'x-scope'?: string;
  readonly 'x-permission'?: string;
  readonly 'x-reason'?: string;
  readonly 'x-records'?: string;
  readonly 'x-while-read-only'?: boolean;
  readonly parameters?: readonly { in: string; name: string; required?: boolean; schema?: Schema }[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly responses?: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

/** The parts of an OpenAPI 3.1 document that the proof reads. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

const METHODS = new Set(['get', 'post', 'put', 'patch', 'delete']);

/** Every operation of an API, as its document describes it. */
export function operationsOf(document: ApiDocument): Operation[] {
  const resolve = (schema: Schema = {}): Schema => {
    if (schema.$ref) return resolve(document.components?.schemas?.[schema.$ref.split('/').at(-1) ?? '']);
    if (schema.allOf?.length === 1) return resolve(schema.allOf[0]);
    return schema;
  };
  const bodyFields = (schema: Schema, at: readonly string[]): Field[] => {
    const { properties = {}, required = [] } = resolve(schema);
    return Object.entries(properties).flatMap(([name, raw]) => {
      const property = resolve(raw);
      const here = [...at, name];
      if (property.properties) return bodyFields(property, here);
      const items = resolve(property.items);
      if (items.properties) return bodyFields(items, [...here, '0']);
      return [{ in: 'body' as const, name, schema: property, required: required.includes(name), at: here }];
    });
  };
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.has(method))
      .map(([method, raw]) => {
        // from the path itself: a description that forgets an id must not hide it from the proof. A name that is no id may stand in
        // the path of a public operation alone
        const isId = (name: string) => name.endsWith('Id') || raw['x-scope'] !== 'public';
        const ids = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
          in: 'path' as const,
          name,
          required: true,
          schema: { type: 'string', ...(isId(name) && { format: 'uuid' }) },
          at: [name],
        }));
        const parameters = (raw.parameters ?? []).flatMap(({ in: place, name, required = false, schema }) =>
          place === 'query' ? [{ in: place, name, required, schema: resolve(schema), at: [name] } as Field] : [],
        );
        const body = Object.values(raw.requestBody?.content ?? {})[0]?.schema;
        return {
          id: `${method.toUpperCase()} ${path}`,
          handler: (raw.operationId ?? '').replace(/^entered\./, ''),
          method: method.toUpperCase(),
          path,
          scope: raw['x-scope'],
          permission: raw['x-permission'],
          reason: raw['x-reason'],
          records: raw['x-records']?.split(' ') as [string, string] | undefined,
          fields: [...ids, ...parameters, ...(body ? bodyFields(body, []) : [])],
          hasBody: body !== undefined,
          success: Number(Object.keys(raw.responses ?? {}).find((status) => /^2\d\d$/.test(status)) ?? 200),
          streamed: Object.values(raw.responses ?? {}).some(({ content = {} }) => 'text/event-stream' in content),
          conditional: takesHeader(raw, 'If-Match', true),
          whileReadOnly: raw['x-while-read-only'] === true,
          repeatable: takesHeader(raw, 'Idempotency-Key'),
        };
      }),
  );
}

function takesHeader({ parameters = [] }: RawOperation, header: string, always = false): boolean {
  return parameters.some(
    ({ in: place, name, required = false }) => place === 'header' && name === header && (required || !always),
  );
}

/** The fields of an operation that name a row. */
export function idFields({ fields }: Operation): Field[] {
  return fields.filter(({ schema }) => schema.format === 'uuid');
}

/** What a field names, in the singular: `datasetId` and `dataset_id` are a `dataset`. */
export function resourceOf({ name }: Field): string {
  return name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/_id$/, '');
}
