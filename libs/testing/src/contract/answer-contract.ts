import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** An answer, as any client gives it. */
export interface ContractedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

type Schema = Readonly<Record<string, unknown>>;

interface Response {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface Described {
  readonly pattern: RegExp;
  readonly responses: Readonly<Record<string, Response>>;
}

/** The parts of an OpenAPI document that answers are compared with. */
export interface ContractDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components?: {
    readonly schemas?: Readonly<Record<string, Schema>>;
    readonly responses?: Readonly<Record<string, Response>>;
  };
}

/** Headers of answers that clients act upon: none is sent that the document does not have. */
const HEADERS = [
  'ETag',
  'Idempotent-Replayed',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'Set-Cookie',
  'WWW-Authenticate',
  'X-Request-Id',
];

/**
 * Compares answers with the OpenAPI document of their application: status, media type, every field of its type, no field that the
 * document does not have, no header of {@link HEADERS} that it does not have, and for a problem its code.
 */
export class AnswerContract {
  private readonly operations = new Map<string, Described[]>();
  private readonly validators = new Map<Schema, ValidateFunction>();
  private readonly ajv = new Ajv2020({ strict: false, allErrors: false });

  constructor(private readonly document: ContractDocument) {
    addFormats.default(this.ajv);
    const schemas = Object.entries(document.components?.schemas ?? {});
    const closed = schemas.map(([name, schema]) => [name, closedOff(schema)]);
    this.ajv.addSchema({ $id: 'api', components: { schemas: Object.fromEntries(closed) } });
    // a path without parameters goes before one whose parameter would take it
    const places = (path: string) => path.split('{').length;
    const paths = Object.entries(document.paths).sort(([one], [other]) => places(one) - places(other));
    for (const [path, item] of paths)
      for (const [method, operation] of Object.entries(item)) {
        const { responses } = operation as Described;
        if (!responses) continue;
        const known = this.operations.get(method.toUpperCase()) ?? [];
        const pattern = new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')}$`);
        this.operations.set(method.toUpperCase(), [...known, { pattern, responses }]);
      }
  }

  /** Returns how an answer contradicts the document; undefined if it does not, or if the document has no such operation. */
  contradiction(method: string, url: string, answer: ContractedAnswer): string | undefined {
    const path = url.replace(/[?#].*$/s, '');
    const operation = this.operations.get(method.toUpperCase())?.find(({ pattern }) => pattern.test(path));
    // not modified has no body of its own; what ends a connection early was not answered
    if (!operation || answer.status === 304) return undefined;
    const declared = operation.responses[String(answer.status)];
    const response = declared?.$ref ? this.document.components?.responses?.[nameIn(declared.$ref)] : declared;
    if (!response) return `${answer.status} is not among the answers of the operation: ${answer.text.slice(0, 200)}`;
    const header = HEADERS.find((name) => name.toLowerCase() in answer.headers && !(name in (response.headers ?? {})));
    if (header) return `${answer.status} has the header ${header}, which the document does not have`;
    const type = String(answer.headers['content-type'] ?? '').split(';')[0] ?? '';
    const contents = Object.entries(response.content ?? {});
    if (!contents.length) return answer.text ? `${answer.status} has no body in the document, and has one` : undefined;
    const [, content] = contents.find(([name]) => name === type) ?? [];
    if (!content) return `${type || 'no media type'} is not among ${contents.map(([name]) => name).join(', ')}`;
    if (!content.schema || !/json$/.test(type)) return undefined;
    const validate = this.validatorOf(content.schema);
    if (validate(JSON.parse(answer.text))) return undefined;
    // of the problems of a status none fits
    if (answer.status >= 400) return `the problem is not among those of ${answer.status}: ${answer.text.slice(0, 300)}`;
    const [first] = validate.errors ?? [];
    return `${first?.instancePath || 'the body'} ${first?.message ?? ''} ${JSON.stringify(first?.params)}`;
  }

  private validatorOf(schema: Schema): ValidateFunction {
    const known = this.validators.get(schema);
    if (known) return known;
    const made = this.ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"api#/components')));
    this.validators.set(schema, made);
    return made;
  }
}

function nameIn(reference: string): string {
  return reference.split('/').at(-1) ?? '';
}

/** A schema whose objects have the fields that it lists, and no others. */
function closedOff(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closedOff);
  if (!value || typeof value !== 'object') return value;
  const schema = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, closedOff(inner)]));
  return 'properties' in schema && schema['type'] === 'object' && !('additionalProperties' in schema)
    ? { ...schema, additionalProperties: false }
    : schema;
}
