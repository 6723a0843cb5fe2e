/** A JSON Schema of a document, as far as changes of it are told apart. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly format?: string;
}

interface Response {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}

interface Operation {
  readonly operationId?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly responses?: Readonly<Record<string, Response>>;
}

/** The parts of an OpenAPI document that clients depend on. */
export interface ComparedDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: {
    readonly schemas?: Readonly<Record<string, Schema>>;
    readonly responses?: Readonly<Record<string, Response>>;
  };
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/**
 * Returns the changes from one OpenAPI document to another that can break a client that was written for the first, a sentence each:
 * an operation, a parameter, a success or a field of an answer that is gone, another type, a further problem of a status, and whatever
 * a request must have or may no longer contain. Whatever is only added is left out.
 */
export function breakingChanges(before: ComparedDocument, after: ComparedDocument): string[] {
  const found: string[] = [];
  for (const [path, item] of Object.entries(before.paths))
    for (const method of METHODS) {
      const old = item[method];
      if (!old) continue;
      const id = `${method.toUpperCase()} ${path}`;
      const now = after.paths[path]?.[method];
      if (!now) {
        found.push(`${id} is gone`);
        continue;
      }
      found.push(...new OperationChange(before, after, id).between(old, now));
    }
  return found;
}

/** What a schema is for: clients send it, or read it. */
type Direction = 'sent' | 'read';

class OperationChange {
  private readonly compared = new Set<string>();

  constructor(
    private readonly before: ComparedDocument,
    private readonly after: ComparedDocument,
    private readonly id: string,
  ) {}

  between(old: Operation, now: Operation): string[] {
    const { id } = this;
    const renamed =
      old.operationId === now.operationId ? [] : [`${id} is called ${now.operationId}, not ${old.operationId}`];
    return [...renamed, ...this.parameters(old, now), ...this.bodies(old, now), ...this.answers(old, now)];
  }

  private parameters(old: Operation, now: Operation): string[] {
    const { id } = this;
    const key = ({ name, in: place }: Parameter) => `${place} ${name}`;
    const known = new Map((old.parameters ?? []).map((one) => [key(one), one]));
    const left = new Map((now.parameters ?? []).map((one) => [key(one), one]));
    return [
      ...[...known.keys()].filter((name) => !left.has(name)).map((name) => `${id} lost the parameter ${name}`),
      ...[...left].flatMap(([name, one]) => {
        const before = known.get(name);
        const isRequired = one.required && !before?.required ? [`${id} requires the parameter ${name}`] : [];
        return [...isRequired, ...(before ? this.schemas(before.schema, one.schema, 'sent', name) : [])];
      }),
    ];
  }

  private bodies(old: Operation, now: Operation): string[] {
    const { id } = this;
    const schemaOf = ({ requestBody }: Operation) => Object.values(requestBody?.content ?? {})[0]?.schema;
    if (!old.requestBody) return now.requestBody ? [`${id} requires a body`] : [];
    return now.requestBody ? this.schemas(schemaOf(old), schemaOf(now), 'sent', 'body') : [`${id} takes no body`];
  }

  private answers(old: Operation, now: Operation): string[] {
    const { id } = this;
    return Object.entries(old.responses ?? {}).flatMap(([status, response]) => {
      const left = now.responses?.[status];
      if (!left) return Number(status) < 400 ? [`${id} does not answer ${status}`] : [];
      const [contents, remaining] = [this.content(this.before, response), this.content(this.after, left)];
      return Object.entries(contents).flatMap(([type, { schema }]) =>
        type in remaining
          ? this.schemas(schema, remaining[type]?.schema, 'read', String(status))
          : [`${id} does not answer ${status} as ${type}`],
      );
    });
  }

  private content({ components }: ComparedDocument, response: Response) {
    const { $ref } = response;
    return (($ref ? components?.responses?.[nameIn($ref)] : response)?.content ?? {}) as NonNullable<
      Response['content']
    >;
  }

  private schemas(old: Schema = {}, now: Schema = {}, direction: Direction, at: string): string[] {
    const { id } = this;
    const pair = `${direction} ${old.$ref} ${now.$ref}`;
    if (old.$ref && now.$ref) {
      if (this.compared.has(pair)) return [];
      this.compared.add(pair);
    }
    const [one, other] = [resolved(this.before, old), resolved(this.after, now)];
    const told = (what: string) => [`${id}: ${at} ${what}`];
    const [types, left] = [kindsOf(one), kindsOf(other)];
    const [wide, narrow] = direction === 'sent' ? [types, left] : [left, types];
    if (types.length && left.length && wide.some((type) => !narrow.includes(type)))
      return told(`is ${left.join(' or ')}, not ${types.join(' or ')}`);
    const [values, remaining] = [valuesOf(one), valuesOf(other)];
    const choices =
      direction === 'sent'
        ? values
            .filter((value) => remaining.length > 0 && !remaining.includes(value))
            .map((value) => `may not be ${value}`)
        : remaining.filter((value) => values.length > 0 && !values.includes(value)).map((value) => `can be ${value}`);
    return [
      ...choices.flatMap(told),
      ...(direction === 'sent' ? narrowings(one, other).flatMap(told) : []),
      ...this.properties(one, other, direction, at),
      ...(one.items || other.items ? this.schemas(one.items, other.items, direction, `${at}[]`) : []),
      ...this.alternatives(one, other, direction, at),
    ];
  }

  private properties(old: Schema, now: Schema, direction: Direction, at: string): string[] {
    const { id } = this;
    const [before, after] = [old.properties ?? {}, now.properties ?? {}];
    const required = (schema: Schema, name: string) => schema.required?.includes(name) ?? false;
    return [
      ...Object.keys(before)
        .filter((name) => !(name in after) && Object.keys(after).length > 0)
        .map((name) => `${id}: ${at} lost ${name}`),
      ...Object.keys(after).flatMap((name) => {
        const here = `${at}.${name}`;
        const changed = name in before ? this.schemas(before[name], after[name], direction, here) : [];
        if (direction === 'sent' && required(now, name) && !required(old, name))
          return [`${id}: ${here} is required`, ...changed];
        if (direction === 'read' && name in before && required(old, name) && !required(now, name))
          return [`${id}: ${here} can be left out`, ...changed];
        return changed;
      }),
    ];
  }

  /** Alternatives are the problems of a status: a client that switches on codes has to hear of a further one. */
  private alternatives(old: Schema, now: Schema, direction: Direction, at: string): string[] {
    if (direction === 'sent') return [];
    const names = (schema: Schema) => (schema.oneOf ?? []).map(({ $ref = '' }) => nameIn($ref));
    const known = names(old);
    return names(now)
      .filter((name) => known.length > 0 && !known.includes(name))
      .map((name) => `${this.id}: ${at} can be ${name}`);
  }
}

function resolved({ components }: ComparedDocument, schema: Schema): Schema {
  if (schema.$ref)
    return resolved({ paths: {}, components } as ComparedDocument, components?.schemas?.[nameIn(schema.$ref)] ?? {});
  return schema.allOf?.length === 1
    ? resolved({ paths: {}, components } as ComparedDocument, schema.allOf[0] ?? {})
    : schema;
}

function nameIn(reference: string): string {
  return reference.split('/').at(-1) ?? '';
}

function kindsOf({ type }: Schema): string[] {
  return [type ?? []].flat().sort();
}

function valuesOf({ enum: values, const: only }: Schema): string[] {
  return (values ?? (only === undefined ? [] : [only])).map(String);
}

/** Rules of a text, number or list that let less through than before. */
function narrowings(old: Schema, now: Schema): string[] {
  const rising = (['minLength', 'minimum'] as const).filter(
    (rule) => (now[rule] ?? -Infinity) > (old[rule] ?? -Infinity),
  );
  const falling = (['maxLength', 'maximum', 'maxItems'] as const).filter(
    (rule) => (now[rule] ?? Infinity) < (old[rule] ?? Infinity),
  );
  const changed = (['pattern', 'format'] as const).filter((rule) => now[rule] !== undefined && now[rule] !== old[rule]);
  return [...rising, ...falling, ...changed].map((rule) => `has the ${rule} ${now[rule]}`);
}
