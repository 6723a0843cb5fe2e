import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { RequestTrail } from '#libs/audit';
import { type Environment, newId } from '#libs/context';
import type { Databases } from '#libs/database';
import { answerClientError, answerProblem, configureEdge, describeApi, measureRequests } from '#libs/http';
import { StructuredLog } from '#libs/telemetry';
import { SwaggerModule } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppModule } from './app.module.js';
import { IMPLIED_REFUSALS } from './implied-refusals.js';
import { DEMO_SIGN_IN_SCRIPT } from './pages/demo-sign-in.controller.js';
import { PROBLEMS } from './pages/problem-catalogue.js';

// The readable API description brings its own files; nothing is loaded from elsewhere.
const DOCS_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/** When a problem is answered. Problems of modules that build on Bulkhead have no page. */
function explain(code: string): string {
  return PROBLEMS.find((problem) => problem.code === code)?.when ?? code.replaceAll('_', ' ');
}

/**
 * Builds the API on databases that are ready, without listening; tests and `main` share it.
 *
 * @param quiet logs nothing, unless a file was given for it. Default false.
 * @param further modules of a team that builds on Bulkhead. Default none.
 */
export async function createApp(
  environment: Environment,
  databases: Databases,
  quiet = false,
  further: readonly Type[] = [],
): Promise<NestFastifyApplication> {
  const { level, file } = environment.telemetry.log;
  const log = new StructuredLog({ level: quiet && !file ? 'silent' : level, file }, 'api');
  const adapter = new FastifyAdapter({
    genReqId: () => newId(),
    bodyLimit: environment.http.bodyLimit,
    // an address that a client says of itself is believed from known proxies alone
    trustProxy: environment.http.trustedProxies.length ? [...environment.http.trustedProxies] : false,
    routerOptions: { maxParamLength: 200 },
    // an answer takes at most this long to ask for; a slow sender does not hold a connection for ever
    requestTimeout: 30_000,
    clientErrorHandler: answerClientError,
    // what Fastify refuses before any route, a malformed path among it
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      answerProblem(error, request, reply),
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(environment, databases, log, further),
    adapter,
    {
      bodyParser: false,
      bufferLogs: false,
      abortOnError: false,
      logger: log,
    },
  );
  await configureEdge(app, environment.http);
  app.get(RequestTrail).watch(app);
  measureRequests(app);
  const description = describeApi(app, { implied: IMPLIED_REFUSALS, explain });
  adapter.getInstance().addHook('onSend', async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.url.startsWith('/docs')) reply.header('Content-Security-Policy', DOCS_POLICY);
  });
  // tests compare every answer with it
  adapter.getInstance().decorate('apiDocument', description);
  SwaggerModule.setup('docs', app, description, {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    ...(environment.demo.load && { customJs: DEMO_SIGN_IN_SCRIPT }),
  });
  await app.init();
  await adapter.getInstance().ready();
  return app;
}
