import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { type EndpointScope, takesIdempotencyKey } from './endpoint.decorator.js';
import { Json, Text, Texts, Whole } from './fields.decorator.js';

/** A problem document (RFC 9457). */
export class ProblemView {
  @Text({ max: 200, example: 'urn:bulkhead:problem:not_found' })
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
  @Json({ optional: true })
  errors?: unknown;
}

type Operation = {
  parameters?: { name: string; in: string; required?: boolean; schema?: object }[];
  responses: Record<string, unknown>;
  operationId?: string;
  'x-scope'?: EndpointScope;
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
        ...(takesIdempotencyKey(method, operation['x-scope']) ? [IDEMPOTENCY_KEY] : []),
      ];
      // a controller with an alias gives the same handler twice
      const id = (operation.operationId ?? '').replace(/\[\d+\]$/, '');
      const times = (seen.get(id) ?? 0) + 1;
      seen.set(id, times);
      operation.operationId = times > 1 ? `${id}_${times}` : id;
    }
  }
  return document;
}

/** Every id in a path is a UUID, whether a handler asks for it or the access guard alone does. */
function idsIn(path: string) {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', format: 'uuid' },
  }));
}
