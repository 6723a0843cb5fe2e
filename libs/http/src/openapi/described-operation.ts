import type { ErrorKind } from '#libs/context';
import type { EndpointOptions } from '../endpoint.decorator.js';
import { replaysAnswers } from '../endpoint.decorator.js';
import { type ImpliedRefusal, refusalsOf } from '../refusals.js';
import { exampleOf, type ExampleSchema } from './examples.js';
import type { ProblemComponents } from './problem-components.js';
import { headersNamed, type ResponseHeader } from './response-headers.js';

/** The credentials of a browser, as security schemes. */
export const COOKIE_SCHEMES = {
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-bulkhead',
    description: 'The session of a browser; set by `browserSessions.signIn`',
  },
  csrf: {
    type: 'apiKey',
    in: 'header',
    name: 'X-CSRF-Token',
    description: 'The CSRF token of that session, from `browserSessions.current`',
  },
} as const;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: ExampleSchema;
}

type Content = Record<string, { readonly schema?: ExampleSchema; example?: unknown }>;

/** An operation as Nest describes it. */
export interface NestOperation {
  readonly operationId?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
  readonly [extension: `x-${string}`]: unknown;
}

interface Described {
  readonly path: string;
  readonly method: string;
  readonly operation: NestOperation;
  readonly endpoint: EndpointOptions;
  readonly implied: readonly ImpliedRefusal[];
  readonly problems: ProblemComponents;
  readonly schemas: Readonly<Record<string, unknown>>;
}

const IDEMPOTENCY_KEY: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'A unique key. A repetition with the same key and body within 24 hours returns the first answer and has no second effect',
  schema: { type: 'string', minLength: 1, maxLength: 200 },
};
const IF_NONE_MATCH: Parameter = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  description: 'ETag of a cached answer; the answer is 304 if it has not changed',
  schema: { type: 'string' },
};

/** Returns an operation of the document, from what Nest knows of its handler and what its endpoint declares. */
export function describedOperation({ path, method, operation, endpoint, implied, problems, schemas }: Described) {
  const [tag = ''] = operation.tags ?? [];
  const takesKey = replaysAnswers(method, endpoint.scope) || endpoint.idempotency === 'handled';
  const query = (operation.parameters ?? []).filter(({ in: place }) => place === 'query');
  const errors = refusalsOf(
    {
      endpoint,
      method: method.toUpperCase(),
      path,
      query: query.map(({ name }) => name),
      hasBody: operation.requestBody !== undefined,
      takesKey,
    },
    implied,
  );
  const success = Object.entries(operation.responses)[0] as [string, NestOperation['responses'][string]];
  const isVersioned = hasVersion(success[1].content, schemas);
  const { scope, permission, reason, whileReadOnly, freshFactor, records } = endpoint;
  return {
    operationId: operationId(tag, operation.operationId ?? '', path, scope),
    tags: [tag],
    summary: endpoint.summary,
    description: sentences(endpoint),
    security: security(endpoint),
    parameters: [
      ...idsIn(path),
      ...query,
      ...(endpoint.headers ?? []).map((header) => ({
        ...header,
        in: 'header',
        required: false,
        schema: { type: 'string' },
      })),
      ...(takesKey ? [IDEMPOTENCY_KEY] : []),
      ...(endpoint.conditional ? [ifMatch(endpoint.conditional === true)] : []),
      ...(method === 'get' && isVersioned ? [IF_NONE_MATCH] : []),
    ],
    ...(operation.requestBody && { requestBody: operation.requestBody }),
    responses: {
      ...succeeding(success, endpoint, { takesKey, isVersioned, schemas }),
      ...(method === 'get' &&
        isVersioned && {
          304: {
            description: 'Not modified',
            headers: headersNamed(['X-Request-Id', 'RateLimit', 'RateLimit-Policy', 'ETag']),
          },
        }),
      ...Object.fromEntries(byStatus(errors).map(([status, of]) => [status, problems.response(of)])),
    },
    'x-scope': scope,
    ...(permission && { 'x-permission': permission }),
    ...(reason && { 'x-reason': reason }),
    ...(whileReadOnly && { 'x-while-read-only': true }),
    ...(freshFactor && { 'x-fresh-factor': true }),
    ...(records && { 'x-records': `${records.category} ${records.action}` }),
  };
}

/** `documents.list`; without a workspace in its path the same operation is `entered.documents.list`. */
function operationId(tag: string, method: string, path: string, scope: string): string {
  const isAlias = scope === 'workspace' && !path.includes('{workspaceId}');
  return `${isAlias ? 'entered.' : ''}${tag}.${method.replace(/\[\d+\]$/, '')}`;
}

function security({ scope, cookie }: EndpointOptions): object[] {
  if (scope !== 'public') return [{ bearer: [] }];
  if (!cookie) return [];
  return [{ cookie: [], ...(cookie === 'with CSRF token' && { csrf: [] }) }];
}

/** Returns the description of an operation for clients, from its declaration. */
function sentences(endpoint: EndpointOptions): string {
  const { scope, permission, reason, whileReadOnly, freshFactor, records, idempotency, conditional } = endpoint;
  const place = {
    public: `No access token is needed (${reason}).`,
    user: 'Requires the access token of a signed-in person.',
    account: `Requires an access token for an account, and the permission \`${permission}\`.`,
    workspace: `Requires an access token for the workspace, and the permission \`${permission}\`.`,
  }[scope];
  return [
    place,
    freshFactor && 'If the person has a second factor, it must have been used within ten minutes.',
    whileReadOnly && 'Allowed while the account is read-only.',
    conditional === true && 'Send `If-Match` with the ETag of your last read.',
    typeof idempotency === 'object' && `Takes no \`Idempotency-Key\`. ${idempotency.none}`,
    records && `Recorded in the audit trail as \`${records.action}\`.`,
  ]
    .filter(Boolean)
    .join(' ');
}

function ifMatch(required: boolean): Parameter {
  return {
    name: 'If-Match',
    in: 'header',
    required,
    description: 'ETag of the version that you read; the answer is 412 if the object has changed since',
    schema: { type: 'string' },
  };
}

function succeeding(
  [status, { description, content }]: readonly [string, NestOperation['responses'][string]],
  { rate, setsCookie }: EndpointOptions,
  {
    takesKey,
    isVersioned,
    schemas,
  }: { readonly takesKey: boolean; readonly isVersioned: boolean; readonly schemas: Readonly<Record<string, unknown>> },
) {
  const names: ResponseHeader[] = [
    'X-Request-Id',
    ...(rate === 'unlimited' ? [] : (['RateLimit', 'RateLimit-Policy'] as const)),
    ...(isVersioned ? (['ETag'] as const) : []),
    ...(takesKey ? (['Idempotent-Replayed'] as const) : []),
    ...(setsCookie ? (['Set-Cookie'] as const) : []),
  ];
  const examples = Object.entries(content ?? {}).map(([type, { schema }]) => [
    type,
    { schema, ...(schema && /json$/.test(type) && { example: exampleOf(schema, schemas) }) },
  ]);
  return {
    [status]: { description, headers: headersNamed(names), ...(content && { content: Object.fromEntries(examples) }) },
  };
}

/** Whether an answer has a `version`, and with it an ETag. */
function hasVersion(content: Content | undefined, schemas: Readonly<Record<string, unknown>>): boolean {
  const [{ schema } = {}] = Object.values(content ?? {});
  const name = schema?.$ref?.split('/').at(-1) ?? '';
  const { properties = {} } = (schemas[name] ?? {}) as ExampleSchema;
  return 'version' in properties;
}

function byStatus(errors: readonly ErrorKind[]): [number, [ErrorKind, ...ErrorKind[]]][] {
  const statuses = [...new Set(errors.map(({ status }) => status))];
  return statuses.map((status) => [
    status,
    errors.filter((error) => error.status === status) as [ErrorKind, ...ErrorKind[]],
  ]);
}

/** Every id in a path is a UUID, whether a handler asks for it or the access guard alone does; what is no id is a name. */
function idsIn(path: string): Parameter[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', ...(name.endsWith('Id') && { format: 'uuid' }) },
  }));
}
