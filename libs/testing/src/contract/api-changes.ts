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
  readonly minItems?: number;
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
    const [before, after] = [old.responses ?? {}, now.responses ?? {}];
    return [
      ...Object.entries(before).flatMap(([status, response]) => {
        const left = after[status];
        if (!left) return Number(status) < 400 ? [`${id} does not answer ${status}`] : [];
        const [contents, remaining] = [this.content(this.before, response), this.content(this.after, left)];
        return Object.entries(contents).flatMap(([type, { schema }]) =>
          type in remaining
            ? this.schemas(schema, remaining[type]?.schema, 'read', String(status))
            : [`${id} does not answer ${status} as ${type}`],
        );
      }),
      ...Object.keys(after)
        .filter((status) => Number(status) >= 400 && !(status in before))
        .map((status) => `${id} can answer ${status}`),
    ];
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
    return [
      ...choiceChanges(valuesOf(one), valuesOf(other), direction).flatMap(told),
      ...(direction === 'sent' ? narrowings(one, other).flatMap(told) : []),
      ...this.properties(one, other, direction, at),
      ...(one.items || other.items ? this.schemas(one.items, other.items, direction, `${at}[]`) : []),
      ...this.alternatives(old, now, direction, at),
    ];
  }

  private properties(old: Schema, now: Schema, direction: Direction, at: string): string[] {
    const { id } = this;
    const [before, after] = [old.properties ?? {}, now.properties ?? {}];
    const required = (schema: Schema, name: string) => schema.required?.includes(name) ?? false;
    return [
      ...Object.keys(before)
        .filter((name) => !(name in after))
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
    if (direction === 'sent' || !now.oneOf) return [];
    const nameOf = ({ $ref = '' }: Schema) => nameIn($ref);
    const known = (old.oneOf ?? [old]).map(nameOf);
    return now.oneOf
      .map(nameOf)
      .filter((name) => !known.includes(name))
      .map((name) => `${this.id}: ${at} can be ${name}`);
  }
}

/** Returns what a schema stands for: of a reference its target, of an alternative with null the other with null as a further type. */
function resolved(document: ComparedDocument, schema: Schema): Schema {
  if (schema.$ref) return resolved(document, document.components?.schemas?.[nameIn(schema.$ref)] ?? {});
  if (schema.allOf?.length === 1) return resolved(document, schema.allOf[0] ?? {});
  const [inner, none] = schema.anyOf ?? [];
  if (!inner || none?.type !== 'null') return schema;
  const found = resolved(document, inner);
  return { ...found, type: [...kindsOf(found), 'null'] };
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

/** Returns how a closed set of values has changed: what may not be sent any more, or what else can be read. */
function choiceChanges(before: readonly string[], after: readonly string[], direction: Direction): string[] {
  if (direction === 'sent') {
    if (!after.length) return [];
    if (!before.length) return [`may only be ${after.join(' or ')}`];
    return before.filter((value) => !after.includes(value)).map((value) => `may not be ${value}`);
  }
  if (!before.length) return [];
  if (!after.length) return ['can be any value'];
  return after.filter((value) => !before.includes(value)).map((value) => `can be ${value}`);
}

/** Returns the rules of a text, number or list that let less through than before. */
function narrowings(old: Schema, now: Schema): string[] {
  const rising = (['minLength', 'minimum', 'minItems'] as const).filter(
    (rule) => (now[rule] ?? -Infinity) > (old[rule] ?? -Infinity),
  );
  const falling = (['maxLength', 'maximum', 'maxItems'] as const).filter(
    (rule) => (now[rule] ?? Infinity) < (old[rule] ?? Infinity),
  );
  const changed = (['pattern', 'format'] as const).filter((rule) => now[rule] !== undefined && now[rule] !== old[rule]);
  return [...rising, ...falling, ...changed].map((rule) => `has the ${rule} ${now[rule]}`);
}
