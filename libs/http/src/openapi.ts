import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { type EndpointScope, replaysAnswers } from './endpoint.decorator.js';
import { Nested, Text, Texts, Whole } from './fields.decorator.js';

class FieldProblemView {
  @Text({ max: 400, description: 'Name of the field; inside objects and lists with dots' })
  field!: string;
  @Text({ max: 400 })
  problem!: string;
  @Text({
    max: 2000,
    optional: true,
    description: 'JSON Pointer into the body (RFC 6901); absent for what is not in the body',
  })
  pointer?: string;
}

/** A problem document (RFC 9457). Further members depend on the code. */
export class ProblemView {
  @Text({ max: 200, example: '/problems/not_found', description: 'The path of a page that explains the problem' })
  type!: string;
  @Text({ max: 200 })
  title!: string;
  @Whole({ min: 400, max: 599 })
  status!: number;
  @Text({ max: 60, description: 'Stable; docs/errors.md lists them' })
  code!: string;
  @Text({ max: 1000 })
  detail!: string;
  @Text({ max: 64 })
  request_id!: string;
  @Texts({ optional: true, description: 'With 403: the roles that have the permission' })
  roles?: string[];
  @Nested(() => FieldProblemView, { list: true, optional: true, most: 20 })
  errors?: FieldProblemView[];
  @Whole({
    optional: true,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    description: 'With 429 and 503: seconds, as in Retry-After',
  })
  retry_after?: number;
}

type Operation = {
  parameters?: { name: string; in: string; required?: boolean; schema?: object }[];
  responses: Record<string, unknown>;
  operationId?: string;
  'x-scope'?: EndpointScope;
  'x-idempotency-key'?: boolean;
};

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'With the same key and body, the same answer for a day and no second effect',
  schema: { type: 'string', minLength: 1, maxLength: 200 },
};

/** The OpenAPI 3.1 document of a running application, with the problem document as every operation's other answer. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('Bulkhead')
    .setDescription('A multi-tenant backbone for agency software. docs/language.md explains the words.')
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  const document = SwaggerModule.createDocument(app, builder, {
    extraModels: [ProblemView],
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  const seen = new Map<string, number>();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item as Record<string, Operation>)) {
      if (!operation.responses) continue;
      operation.responses['default'] = {
        description: 'A problem (RFC 9457)',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemView' } } },
      };
      operation.parameters = [
        ...idsIn(path),
        ...(operation.parameters ?? []).filter(({ in: place }) => place !== 'path'),
        ...(replaysAnswers(method, operation['x-scope']) || operation['x-idempotency-key'] ? [IDEMPOTENCY_KEY] : []),
      ];
      // a controller with an alias gives the same handler twice
      const id = (operation.operationId ?? '').replace(/\[\d+\]$/, '');
      const times = (seen.get(id) ?? 0) + 1;
      seen.set(id, times);
      operation.operationId = times > 1 ? `${id}_${times}` : id;
    }
  }
  return withNulls(document) as OpenAPIObject;
}

/** The document with `nullable`, which OpenAPI 3.1 does not know, written as JSON Schema does: the type `null` beside the other. */
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

/** Every id in a path is a UUID, whether a handler asks for it or the access guard alone does; what is no id is a name. */
function idsIn(path: string) {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', ...(name.endsWith('Id') && { format: 'uuid' }) },
  }));
}
