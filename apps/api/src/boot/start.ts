import type { Server } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { PlanCatalogue } from '#libs/billing';
import type { Environment } from '#libs/context';
import { assertFitToServe, type Databases, migrateWherePossible, prepareDatabases } from '#libs/database';
import { type DemoSignIns, loadDemo } from '#libs/demo';
import { localCredentials, type LocalServer, startLocalPayments } from '#libs/local-payments';
import { Metrics, serveMetrics } from '#libs/telemetry';
import { createApp } from '../create-app.js';
import { LocalNotice } from '../pages/home.controller.js';
import { lockInstance } from './instance-lock.js';
import { runWorker } from './worker-process.js';

/** Starts the product and returns once it listens; from then on SIGINT and SIGTERM end it, with all that it started. */
export async function start(environment: Environment): Promise<void> {
  const began = performance.now();
  const unlock =
    environment.server.kind === 'embedded' ? await lockInstance(environment.dataDirectory) : async () => undefined;
  let finding: Promise<Databases> | undefined;
  let app: NestFastifyApplication | undefined;
  let metrics: Server | undefined;
  let payments: LocalServer | undefined;
  let stopWorker: (() => Promise<void>) | undefined;
  let stopping: Promise<void> | undefined;

  const stop = () => {
    stopping ??= (async () => {
      await stopWorker?.();
      await payments?.close();
      metrics?.close();
      metrics?.closeAllConnections();
      await app?.close();
      // a server that is still starting is waited for, or it would go on without us
      const databases = await finding?.catch(() => undefined);
      await databases?.embedded?.stop();
      await unlock();
    })();
    return stopping;
  };
  const stopAndExit = () => {
    stop().then(
      () => process.exit(0),
      (error) => {
        process.stderr.write(`${(error as Error).stack}\n`);
        process.exit(1);
      },
    );
  };
  // before anything is started, so that an interrupted start leaves nothing running either
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stopAndExit);

  try {
    finding = prepareDatabases(environment);
    const databases = await finding;
    await migrateWherePossible(databases.connections);
    const reports = await assertFitToServe(databases);
    // of one server every database says the same
    for (const warning of new Set(reports.flatMap(({ warnings }) => warnings))) {
      const where = reports.filter(({ warnings }) => warnings.includes(warning)).map(({ database }) => database);
      process.stderr.write(`Warning (${where.join(', ')}): ${warning}.\n`);
    }
    const { mail, server } = environment;
    if (mail.kind === 'folder' && server.kind !== 'embedded')
      process.stderr.write(`Warning: mails reach nobody, they land in ${mail.folder}. Set MAIL_URL.\n`);
    app = await createApp(environment, databases);
    const demo = environment.demo.load
      ? await loadDemo(app, environment, (line) => process.stdout.write(`${line}\n`))
      : undefined;
    const { host, port } = environment.telemetry.metrics;
    if (port) metrics = await serveMetrics(app.get(Metrics), port, host);
    await app.listen(environment.http.port, environment.http.host);
    payments = await startLocalPayments(
      environment.billing,
      localCredentials(databases.connections.secret),
      app.get(PlanCatalogue),
      environment.dataDirectory,
      `http://127.0.0.1:${environment.http.port}`,
    );
    describeLocally(app.get(LocalNotice), environment, demo);
    if (environment.worker) stopWorker = runWorker();
    process.stdout.write(welcome(environment, (performance.now() - began) / 1_000, demo));
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Has the first page say, to this machine alone, what the terminal says. */
function describeLocally(
  notice: LocalNotice,
  { mail, server, billing }: Environment,
  demo: DemoSignIns | undefined,
): void {
  notice.demo = demo;
  if (mail.kind === 'folder' && server.kind === 'embedded') notice.links.set('/dev/mail', 'The mails that were sent');
  if (billing.localPort)
    notice.links.set(`http://127.0.0.1:${billing.localPort}`, 'The local provider of payments, without money');
}

function welcome(
  { http, mail, server, telemetry, billing }: Environment,
  seconds: number,
  demo: DemoSignIns | undefined,
): string {
  const address = `http://${http.host}:${http.port}`;
  const lines = [
    `Bulkhead listens on ${address} (started in ${seconds.toFixed(1)} s)`,
    `First page          ${address}/`,
    `API description     ${address}/docs`,
    ...(telemetry.metrics.port
      ? [`Metrics             http://${telemetry.metrics.host}:${telemetry.metrics.port}/metrics`]
      : []),
    ...(telemetry.log.file ? [`Log                 ${telemetry.log.file}`] : []),
    ...(billing.localPort ? [`Payments            http://127.0.0.1:${billing.localPort} (local, without money)`] : []),
    ...(mail.kind === 'folder' && server.kind === 'embedded' ? [`Mails               ${address}/dev/mail`] : []),
  ];
  if (demo) {
    lines.push('', `Demo sign-ins, all with the password  ${demo.password}`);
    lines.push(...demo.people.map(({ email, role, account }) => `  ${email.padEnd(34)} ${role.padEnd(22)} ${account}`));
  }
  return `${lines.join('\n')}\n`;
}
