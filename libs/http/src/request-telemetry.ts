import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Metrics, StructuredLog, Tracing } from '#libs/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { notedEndpoint } from './noted-endpoint.js';
import { originOf } from './origin.js';
import { failureOf, refusalOf } from './problem.filter.js';
import { RefusalSamples } from './refusal-samples.js';

/**
 * Logs, counts and traces every answer of an application from now on; call it before its routes are made. Health checks are not logged.
 * Metrics are labelled with the pattern of the route, of which there are as many as the code has: a path could be anything.
 */
export function measureRequests(app: NestFastifyApplication): void {
  const [metrics, tracing] = [app.get(Metrics), app.get(Tracing)];
  const log = app.get(StructuredLog);
  const samples = new RefusalSamples(log);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    const { method } = request;
    const operation = request.routeOptions.url ?? 'none';
    const status = reply.statusCode;
    metrics.requests.inc({ method, operation, status: `${Math.trunc(status / 100)}xx` });
    metrics.durations.observe({ method, operation }, reply.elapsedTime / 1_000);
    const ended = Date.now();
    const began = ended - reply.elapsedTime;
    tracing.record({ method, operation, status, requestId: request.id, began, ended, error: failureOf(request) });
    const refusal = refusalOf(request);
    // health checks come every few seconds
    if (request.routeOptions.config.endpoint?.rate !== 'unlimited')
      log.write(
        'info',
        { request_id: request.id, method, operation, status, ms: Math.round(reply.elapsedTime) },
        'request',
      );
    if (refusal) metrics.problems.inc({ method, operation, code: refusal });
    if (status === 429) metrics.throttled.inc({ code: refusal ?? 'unknown' });
    // what reached an operation has its line in the trail
    if (refusal && !notedEndpoint(request)) {
      metrics.refused.inc({ code: refusal });
      samples.add(refusal, { requestId: request.id, ip: originOf(request).address });
    }
    done();
  });
}
