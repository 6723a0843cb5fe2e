import type { ErrorKind } from '#libs/context';
import { problemDocument } from '../problem.filter.js';
import { headersNamed, type ResponseHeader } from './response-headers.js';

const REQUEST_ID = '0198f0a2-7c4e-7d4b-9a35-3f1f0f6f2b11';
const MEDIA_TYPE = 'application/problem+json';

interface Reference {
  readonly $ref: string;
}

/** Collects the problems of a document as components: a schema and an example for each code, a response for each set of codes. */
export class ProblemComponents {
  readonly schemas: Record<string, object> = {};
  readonly examples: Record<string, object> = {};
  readonly responses: Record<string, object> = {};

  /** @param explain says in a sentence when a code is answered. */
  constructor(private readonly explain: (code: string) => string) {}

  /** Returns the response for errors of one status, by reference. */
  response(errors: readonly [ErrorKind, ...ErrorKind[]]): Reference {
    const name = errors.map(({ code }) => code).join('.');
    this.responses[name] ??= this.made(errors);
    return { $ref: `#/components/responses/${name}` };
  }

  private made(errors: readonly [ErrorKind, ...ErrorKind[]]): object {
    const [first] = errors;
    const references = errors.map((error) => ({ $ref: this.schema(error) }));
    const headers: ResponseHeader[] = [
      'X-Request-Id',
      'RateLimit',
      'RateLimit-Policy',
      ...(errors.some(({ members }) => 'retry_after' in members) ? (['Retry-After'] as const) : []),
      ...(first.status === 401 ? (['WWW-Authenticate'] as const) : []),
    ];
    const lines = errors.map(({ code }) => `\`${code}\`: ${this.explain(code)}`);
    return {
      description: lines.length > 1 ? lines.map((line) => `- ${line}`).join('\n') : lines[0],
      headers: headersNamed(headers),
      content: {
        [MEDIA_TYPE]: {
          schema: references.length > 1 ? { oneOf: references, discriminator: discriminator(errors) } : references[0],
          examples: Object.fromEntries(errors.map(({ code }) => [code, { $ref: `#/components/examples/${code}` }])),
        },
      },
    };
  }

  private schema(error: ErrorKind): string {
    const { code, status, members, optionalMembers } = error;
    const name = schemaName(code);
    const properties = {
      type: { type: 'string', description: 'The path of a page that explains the problem', const: `/problems/${code}` },
      title: { type: 'string' },
      status: { type: 'integer', const: status },
      code: { type: 'string', const: code },
      detail: { type: 'string', description: 'Explanation for people: what happened, why, and what to do' },
      ...members,
      request_id: { type: 'string', description: 'As in X-Request-Id' },
    };
    this.schemas[name] ??= {
      type: 'object',
      description: this.explain(code),
      properties,
      required: Object.keys(properties).filter((member) => !optionalMembers.includes(member)),
    };
    this.examples[code] ??= {
      summary: this.explain(code),
      value: JSON.parse(problemDocument(error.example(), REQUEST_ID)),
    };
    return `#/components/schemas/${name}`;
  }
}

/** `not_found` is `NotFoundProblem`. */
function schemaName(code: string): string {
  const words = code.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Problem`;
}

function discriminator(errors: readonly ErrorKind[]): object {
  const mapping = Object.fromEntries(errors.map(({ code }) => [code, `#/components/schemas/${schemaName(code)}`]));
  return { propertyName: 'code', mapping };
}
