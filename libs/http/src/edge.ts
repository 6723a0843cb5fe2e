import { createHash } from 'node:crypto';
import cors from '@fastify/cors';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ContextStore, type HttpSettings, NotFoundError } from '#libs/context';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Admission } from './admission.service.js';
import { InvalidRequestError, MethodNotAllowedError } from './http.errors.js';
import { noteOrigin } from './origin.js';
import { endpointOfRoute } from './route-endpoint.js';
import { RouteMethods } from './route-methods.js';
import { securityHeaders } from './security-headers.js';
import { assertCleanText, isForbiddenKey, parseStrictJson } from './strict-json.js';

const LISTED = {
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowed: [
    'Authorization',
    'Content-Type',
    'Idempotency-Key',
    'If-Match',
    'If-None-Match',
    'Last-Event-ID',
    'X-CSRF-Token',
  ],
  exposed: ['ETag', 'Idempotent-Replayed', 'RateLimit', 'Retry-After', 'X-Request-Id'],
};
/** Most bytes that somebody without a token may send. */
const PUBLIC_BODY_LIMIT = 32 * 1_024;
const CACHED_SECONDS = 300;

/**
 * Sets up what happens to a request before Nest sees it, and before its body is read: its id and context store, the headers of
 * every answer, CORS, the refusal of what is ambiguous (a second Host, a query parameter given twice), and {@link Admission}.
 * Bodies are strict JSON, of 32 kB at most where no token is asked for.
 */
export async function configureEdge(app: NestFastifyApplication, settings: HttpSettings): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  const contexts = app.get(ContextStore);
  const admission = app.get(Admission);
  const headers = securityHeaders();
  const methods = new RouteMethods();

  fastify.addHook('onRoute', (route) => {
    methods.add(route.url, route.method);
    const endpoint = route.config?.endpoint;
    if (endpoint) route.bodyLimit = endpoint.bodyLimit ?? bodyLimitOf(endpoint.scope, settings.bodyLimit);
  });

  // everything after this hook runs inside the request's own store; `run`, never `enterWith`
  fastify.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    reply.header('X-Request-Id', request.id);
    reply.headers(headers);
    if (request.url.startsWith('/v1/')) reply.header('Cache-Control', cachingOf(request));
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

  // after CORS, or a page could not read why it was refused
  fastify.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    await admission.admit(request, reply);
    if (!request.is404) return;
    const allowed = methods.of(request.url);
    if (!allowed.length) throw new NotFoundError();
    reply.header('Allow', allowed.join(', '));
    throw new MethodNotAllowedError(allowed);
  });

  fastify.addHook('onSend', async (request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
    if (request.method === 'GET' && typeof payload === 'string') addBodyHash(reply, payload);
    if (!isUnchanged(request, reply)) return payload;
    reply.code(304).removeHeader('Content-Type').removeHeader('Content-Length');
    return null;
  });

  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
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

function bodyLimitOf(scope: string, limit: number): number {
  return scope === 'public' ? Math.min(PUBLIC_BODY_LIMIT, limit) : limit;
}

/** Answers are nobody's to keep, but for what is the same for everybody. */
function cachingOf(request: FastifyRequest): string {
  return endpointOfRoute(request)?.cacheable ? `public, max-age=${CACHED_SECONDS}` : 'no-store';
}

/**
 * Appends a hash of the body to the ETag of a GET answer: a body can contain values that depend on the reader, such as permissions, and
 * they change without a new version. If-Match compares only the version.
 */
function addBodyHash(reply: FastifyReply, payload: string): void {
  const etag = reply.getHeader('ETag');
  if (typeof etag !== 'string' || !etag.endsWith('"')) return;
  reply.header(
    'ETag',
    `${etag.slice(0, -1)}-${createHash('sha256').update(payload).digest('base64url').slice(0, 16)}"`,
  );
}

/** Whether a client has what it asks for already (RFC 9110 §13.1.2). */
function isUnchanged({ method, headers }: FastifyRequest, reply: FastifyReply): boolean {
  const [known, etag] = [headers['if-none-match'], reply.getHeader('ETag')];
  if (method !== 'GET' || reply.statusCode !== 200 || !known || typeof etag !== 'string') return false;
  return known.split(',').some((one) => one.trim().replace(/^W\//, '') === etag || one.trim() === '*');
}

function assertUnambiguous(request: FastifyRequest): void {
  const { rawHeaders, url } = request.raw;
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  if (hosts.length !== 1) throw new InvalidRequestError('The request needs exactly one Host header.');
  const seen = new Set<string>();
  for (const [name, value] of new URLSearchParams(url?.includes('?') ? url.slice(url.indexOf('?') + 1) : '')) {
    if (seen.has(name))
      throw new InvalidRequestError('A query parameter is given twice.', [
        { field: name.slice(0, 200), problem: 'is given twice' },
      ]);
    if (isForbiddenKey(name)) throw new InvalidRequestError('The query has a name that no object may have.');
    seen.add(name);
    assertCleanText(name);
    assertCleanText(value);
  }
}
