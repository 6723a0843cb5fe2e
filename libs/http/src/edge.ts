import cors from '@fastify/cors';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ContextStore, type HttpSettings } from '#libs/context';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { InvalidRequestError } from './http.errors.js';
import { noteOrigin } from './origin.js';
import { securityHeaders } from './security-headers.js';
import { assertCleanText, isForbiddenKey, parseStrictJson } from './strict-json.js';

const LISTED = {
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowed: ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'X-CSRF-Token'],
  exposed: ['ETag', 'RateLimit', 'Retry-After', 'X-Request-Id'],
};

/**
 * Sets up what happens to a request before Nest sees it: its id and context store, the headers of every answer, CORS, and
 * the refusal of what is ambiguous (a second Host, a query parameter given twice) or not strict JSON.
 */
export async function configureEdge(app: NestFastifyApplication, settings: HttpSettings): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  const contexts = app.get(ContextStore);
  const headers = securityHeaders();

  // everything after this hook runs inside the request's own store; `run`, never `enterWith`
  fastify.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    reply.header('X-Request-Id', request.id);
    reply.headers(headers);
    noteOrigin(request);
    contexts.open(done);
  });
  fastify.addHook('onRequest', async (request: FastifyRequest) => assertUnambiguous(request));

  await app.register(
    cors as never,
    {
      origin: [...settings.corsOrigins],
      methods: LISTED.methods,
      allowedHeaders: LISTED.allowed,
      exposedHeaders: LISTED.exposed,
      // the cookie of a browser's session, from listed origins alone
      credentials: settings.corsOrigins.length > 0,
      maxAge: 600,
    } as never,
  );

  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: settings.bodyLimit },
    (request: FastifyRequest, body: Buffer, done: (error: Error | null, value?: unknown) => void) => {
      // for @RawBody(): a signature is of the bytes that came
      Object.assign(request, { rawBody: body });
      try {
        done(null, parseStrictJson(body));
      } catch (error) {
        done(error as Error);
      }
    },
  );
}

function assertUnambiguous(request: FastifyRequest): void {
  const { rawHeaders, url } = request.raw;
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  if (hosts.length !== 1) throw new InvalidRequestError('The request needs exactly one Host header.');
  const seen = new Set<string>();
  for (const [name, value] of new URLSearchParams(url?.includes('?') ? url.slice(url.indexOf('?') + 1) : '')) {
    if (seen.has(name))
      throw new InvalidRequestError('A query parameter is given twice.', [
        { field: name.slice(0, 200), problem: 'given twice' },
      ]);
    if (isForbiddenKey(name)) throw new InvalidRequestError('The query has a name that no object may have.');
    seen.add(name);
    assertCleanText(name);
    assertCleanText(value);
  }
}
