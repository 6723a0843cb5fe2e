/** A JSON Schema; what an example is made of. */
export interface ExampleSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly example?: unknown;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, ExampleSchema>>;
  readonly items?: ExampleSchema;
  readonly allOf?: readonly ExampleSchema[];
  readonly anyOf?: readonly ExampleSchema[];
}

const ID = '0198f0a2-7c4e-7d4b-9a35-3f1f0f6f2b11';
const MOMENT = '2026-01-31T09:30:00.000Z';

/** Returns a value that a schema allows: the examples of its fields, and else what their types and names suggest. */
export function exampleOf(schema: ExampleSchema, schemas: Readonly<Record<string, unknown>>, name = 'text'): unknown {
  const { $ref, type, format, properties, items, allOf, anyOf } = schema;
  if (schema.example !== undefined) return schema.example;
  if (schema.const !== undefined) return schema.const;
  if ($ref) return exampleOf((schemas[$ref.split('/').at(-1) ?? ''] ?? {}) as ExampleSchema, schemas, name);
  const [first] = allOf ?? anyOf ?? [];
  if (first) return exampleOf(first, schemas, name);
  if (schema.enum) return schema.enum[0];
  const kind = [type].flat().find((one) => one !== 'null');
  if (kind === 'object')
    return Object.fromEntries(
      Object.entries(properties ?? {}).map(([field, inner]) => [field, exampleOf(inner, schemas, field)]),
    );
  if (kind === 'array') return items ? [exampleOf(items, schemas, name)] : [];
  if (kind === 'integer' || kind === 'number') return Math.max(1, schema.minimum ?? 1);
  if (kind === 'boolean') return true;
  if (format === 'uuid') return ID;
  if (format === 'date-time') return MOMENT;
  const words = name.replaceAll('_', ' ');
  return words.slice(0, schema.maxLength).padEnd(schema.minLength ?? 0, '.');
}
