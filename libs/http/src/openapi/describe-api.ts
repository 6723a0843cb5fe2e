import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { DECLARATION, declarationOf } from '../endpoint.decorator.js';
import { resourceDescription } from '../resource.decorator.js';
import type { ImpliedRefusal } from '../refusals.js';
import { COOKIE_SCHEMES, describedOperation, type NestOperation } from './described-operation.js';
import { ProblemComponents } from './problem-components.js';
import { FieldProblemView } from './problem.views.js';
import { RESPONSE_HEADERS } from './response-headers.js';

const DESCRIPTION = `A multi-tenant backbone for agency software: accounts, workspaces, roles, an audit trail and billing.

A person signs in, enters an account (\`memberships.enter\`) and then a workspace (\`workspaces.enter\`); each step answers with a
token for that place. Every problem is a document of RFC 9457 with a stable \`code\`; each operation lists its own. Beside these, any
request can be refused before it reaches an operation, with \`method_not_allowed\`, \`bad_http\`, \`request_timeout\` or
\`headers_too_large\`. Lists are paginated: continue with \`next_cursor\` until it is null.`;

/** What a document says beyond the controllers of an application. */
export interface ApiDescription {
  /** Refusals that guards, filters and the database imply. */
  readonly implied: readonly ImpliedRefusal[];
  /** When each problem is answered, a sentence, by code. */
  readonly explain: (code: string) => string;
}

/** Returns the OpenAPI 3.1 document of an application: each operation with its own problems, examples, headers and a stable id. */
export function describeApi(app: INestApplication, description: ApiDescription): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('Bulkhead')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('Proprietary', 'https://spdx.org/licenses/')
    .setOpenAPIVersion('3.1.0')
    .addServer('/', 'The installation that serves this document')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'An access token for a person, an account, or a workspace',
    });
  for (const [name, scheme] of Object.entries(COOKIE_SCHEMES)) builder.addApiKey(scheme, name);
  const raw = SwaggerModule.createDocument(app, builder.build(), {
    extraModels: [FieldProblemView],
    operationIdFactory: (_, method) => method,
  });
  const document = withNulls(raw) as OpenAPIObject;
  const schemas = document.components?.schemas ?? {};
  const problems = new ProblemComponents(description.explain);
  const tags = new Set<string>();
  const ids = new Set<string>();
  for (const [path, item] of Object.entries(document.paths)) {
    const operations = item as Record<string, NestOperation>;
    for (const [method, operation] of Object.entries(operations)) {
      const endpoint = declarationOf(operation[DECLARATION], `${method.toUpperCase()} ${path}`);
      const { implied } = description;
      const found = describedOperation({ path, method, operation, endpoint, implied, problems, schemas });
      if (ids.has(found.operationId)) throw new Error(`Two operations are called ${found.operationId}.`);
      ids.add(found.operationId);
      for (const tag of found.tags) tags.add(tag);
      operations[method] = found as unknown as NestOperation;
    }
  }
  document.tags = [...tags].sort().map((name) => ({ name, description: resourceDescription(name) }));
  document.components = {
    ...document.components,
    schemas: sorted({ ...schemas, ...problems.schemas }) as typeof schemas,
    responses: sorted(problems.responses) as never,
    examples: sorted(problems.examples) as never,
    headers: RESPONSE_HEADERS as never,
  };
  return document;
}

function sorted<T>(named: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(named).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Rewrites `nullable`, which OpenAPI 3.1 does not have, as the type `null`. */
function withNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNulls);
  if (!value || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, withNulls(inner)]);
  const { nullable, ...schema } = Object.fromEntries(entries) as Record<string, unknown>;
  if (nullable !== true) return Object.fromEntries(entries);
  const { description, type, enum: choices, ...rest } = schema;
  if (typeof type !== 'string')
    return { ...(description !== undefined && { description }), anyOf: [{ ...rest }, { type: 'null' }] };
  return { ...schema, type: [type, 'null'], ...(Array.isArray(choices) && { enum: [...choices, null] }) };
}
