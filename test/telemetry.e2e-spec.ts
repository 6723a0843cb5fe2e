import { mkdtemp, readFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Controller, Get, Headers, Module } from '@nestjs/common';
import { processVariables } from '#libs/context';
import { asOperator } from '#libs/database';
import { Duties } from '#libs/jobs';
import { Metrics, serveMetrics, StructuredLog, Tracing } from '#libs/telemetry';
import { Endpoint, Text, Resource } from '#libs/http';
import { testKey, World } from '#libs/testing';
import { createApp } from '../apps/api/src/create-app.js';
import { BY_PATTERN } from '../libs/telemetry/test/canaries.js';
import { openWorld, quietWorker } from './open-world.js';

class NothingView {
  @Text({ max: 10 })
  text!: string;
}

let said = '';

/** Fails with whatever it was told, as somebody's careless code would. */
@Resource('careless', 'Operations of a test.')
@Controller('v1/careless')
class CarelessController {
  @Get()
  @Endpoint({ summary: 'Fails', scope: 'public', reason: 'for a test', returns: NothingView })
  fail(@Headers('x-how') how: string): NothingView {
    const message = `It failed: ${said}`;
    if (how === 'cause') throw new Error('outside', { cause: new Error(message) });
    if (how === 'object') throw { message, password: said };
    if (how === 'text') throw message;
    throw Object.assign(new Error(message), { detail: said, query: said });
  }
}

@Module({ controllers: [CarelessController] })
class CarelessModule {}

let world: World;
let logFile: string;

beforeAll(async () => {
  logFile = join(await mkdtemp(join(tmpdir(), 'bulkhead-log-')), 'bulkhead.log');
  world = await World.open((environment, databases) => createApp(environment, databases, true, [CarelessModule]), {
    variables: { LOG_FILE: logFile },
  });
});
afterAll(() => world.close());

/** Everything that has left the process: the log, the metrics, and the answers given. */
async function sinks(...answers: string[]): Promise<Record<string, string>> {
  await new Promise((resolve) => setTimeout(resolve, 30));
  world.app.get(StructuredLog).flush();
  return {
    log: await readFile(logFile, 'utf8'),
    metrics: await world.app.get(Metrics).registry.metrics(),
    answers: answers.join('\n'),
  };
}

test('LIF-12 B22 no canary of any kind leaves the process, whatever fails with it', async () => {
  const answers: string[] = [];
  for (const [text] of Object.values(BY_PATTERN)) {
    said = text;
    for (const how of ['error', 'cause', 'object', 'text']) {
      const { text: body } = await world.nobody.get('/v1/careless').set('x-how', how).expect(500);
      answers.push(body);
    }
    // what is refused for its form says which field: a name can be a secret as well
    const { text: refused } = await world.nobody.post('/v1/sessions', { [text]: 1, email: text, password: text });
    answers.push(refused);
    const path = `/v1/${encodeURIComponent(text)}?${new URLSearchParams({ q: text })}`;
    answers.push((await world.nobody.get(path)).text);
    world.app.get(StructuredLog).error({ message: text, nested: [{ deep: text }] }, text, 'source');
  }
  const found = await sinks(...answers);
  for (const sink of ['log', 'metrics', 'answers'])
    expect([sink, (found[sink]?.length ?? 0) > 500]).toEqual([sink, true]);
  for (const [sink, content] of Object.entries(found))
    for (const [kind, [, ...canaries]] of Object.entries(BY_PATTERN))
      for (const canary of canaries) {
        expect([sink, kind, content.includes(canary)]).toEqual([sink, kind, false]);
      }
});

test('LIF-12 a crash says what happened, and nothing that was in its hands', async () => {
  // a server that never answers: the API is starting when it is thrown at
  const silent = createTcpServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const free = createTcpServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as AddressInfo;
  free.close();
  await once(free, 'close');
  const texts = Object.values(BY_PATTERN).map(([text]) => text);
  const url = `postgresql://bulkhead_app:horse@127.0.0.1:${(silent.address() as AddressInfo).port}/x`;
  const crash = `setTimeout(() => { throw new Error(JSON.parse(process.env.CANARIES).join('\\n'), { cause: new Error(process.env.CANARIES) }); }, 2500)`;
  const { stderr, code } = (await promisify(execFile)(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(crash)}`, 'dist/apps/api/src/main.js'],
    {
      env: {
        PATH: processVariables()['PATH'],
        CELLS: 'eu-west-1',
        DIRECTORY_URL_APP: url,
        CELL_EU_WEST_1_URL_APP: url,
        SECRET_KEY: testKey('crash'),
        PORT: String(port),
        METRICS_PORT: '0',
        WORKER_METRICS_PORT: '0',
        CANARIES: JSON.stringify(texts),
      },
    },
  ).catch((error: { stderr: string; code: number }) => error)) as { stderr: string; code?: number };
  silent.close();
  expect(code).toBe(1);
  expect(stderr).toContain('Error: ');
  for (const [kind, [, ...canaries]] of Object.entries(BY_PATTERN))
    for (const canary of canaries) expect([kind, stderr.includes(canary)]).toEqual([kind, false]);
});

/** Records requests in a process of its own and gives back what a receiver of OTLP got of them. */
test('LIF-13 what fails in a duty of the worker is reported, and the duty goes on', async () => {
  const reported = jest.spyOn(Tracing.prototype, 'recordFailure');
  const failing = await openWorld();
  const inDirectory = (text: string) =>
    asOperator(failing.databases.adminUrlOf('directory'), (admin) => admin.query<{ sent: number }>(text));
  const until = async (isSo: () => boolean | Promise<boolean>) => {
    for (const began = Date.now(); !(await isSo()); await sleep(50))
      if (Date.now() - began > 20_000) throw new Error('It did not come.');
  };
  const ending = new AbortController();
  try {
    const worker = await failing.worker();
    await inDirectory('alter function app.claim_mail(integer, integer) rename to claim_mail_later');
    const working = worker.get(Duties).perform(ending.signal);
    await until(() => reported.mock.calls.some(([name]) => name === 'duty mail'));
    await inDirectory('alter function app.claim_mail_later(integer, integer) rename to claim_mail');
    await failing.nobody.post('/v1/password-resets', { email: (await failing.person('Reset')).email }).expect(202);
    const sent = 'select count(*)::int as sent from outbox_messages where sent_at is not null';
    await until(async () => ((await inDirectory(sent)).rows[0]?.sent ?? 0) > 0);
    ending.abort();
    await working;
  } finally {
    ending.abort();
    reported.mockRestore();
    await failing.close();
  }
});

async function traced(ratio: number, requests: readonly { status: number; message?: string; operation?: string }[]) {
  const received: string[] = [];
  const collector = createServer((incoming, answer) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      received.push(`${incoming.url} ${Buffer.concat(parts)}`);
      answer.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', SENDER], {
    env: {
      ...process.env,
      ENDPOINT: `http://127.0.0.1:${port}`,
      RATIO: String(ratio),
      REQUESTS: JSON.stringify(requests),
    },
  });
  collector.close();
  return received.join('\n');
}

const SENDER = `import { Tracing } from '#libs/telemetry';
const tracing = new Tracing({ endpoint: process.env.ENDPOINT, ratio: Number(process.env.RATIO) }, 'api');
for (const { status, message, operation = '/v1/x' } of JSON.parse(process.env.REQUESTS)) {
  const error = message === undefined ? undefined : new Error(message, { cause: new Error(message) });
  tracing.record({ method: 'GET', operation, status, requestId: '1', began: Date.now() - 5, ended: Date.now(), error });
  if (error) tracing.recordFailure('duty of a test', error);
}
await tracing.flush();
await tracing.close();`;

test('LIF-12 no canary of any kind is in a trace', async () => {
  const sent = await traced(
    1,
    Object.values(BY_PATTERN).map(([message]) => ({ status: 500, message })),
  );
  expect(sent.match(/"name":"exception"/g)).toHaveLength(2 * Object.keys(BY_PATTERN).length);
  for (const [kind, [, ...canaries]] of Object.entries(BY_PATTERN))
    for (const canary of canaries) expect([kind, sent.includes(canary)]).toEqual([kind, false]);
});

test('OPS-05 LIF-13 requests that fail are traced whole, with their error; of the others as many as was said', async () => {
  const well = Array.from({ length: 400 }, () => ({ status: 200 }));
  const sent = await traced(0.1, [...well, { status: 503, operation: '/v1/failing', message: 'It failed' }]);
  expect(sent).toContain('/v1/traces ');
  expect(sent).toContain('bulkhead-api');
  expect(sent).toContain('It failed');
  expect(sent.match(/"name":"GET \/v1\/failing"/g)).toHaveLength(1);
  expect(sent.match(/"name":"duty of a test"/g)).toHaveLength(1);
  const share = (sent.match(/"name":"GET \/v1\/x"/g) ?? []).length / 400;
  expect(share).toBeGreaterThan(0.03);
  expect(share).toBeLessThan(0.2);
});

test('OPS-05 metrics are served on a port of their own, and nothing else is', async () => {
  const server = await serveMetrics(world.app.get(Metrics), 0, '127.0.0.1');
  const { port } = server.address() as AddressInfo;
  await world.nobody.get('/v1/regions').expect(200);
  const { status, body } = await ask(port, '/metrics');
  expect(status).toBe(200);
  expect(body).toMatch(/bulkhead_http_requests_total\{method="GET",operation="\/v1\/regions",status="2xx"\} \d+/);
  expect(body).toContain('bulkhead_http_request_duration_seconds_bucket');
  expect(body).toContain('process_cpu_seconds_total');
  expect((await ask(port, '/v1/regions')).status).toBe(404);
  expect((await world.nobody.get('/metrics')).status).toBe(404);
  server.close();
});

test('OPS-05 labels stay within bounds, whatever is asked for', async () => {
  const acme = await world.account('Acme');
  const owner = await (await acme.ownerClient()).enterWorkspace(acme.workspaces[0]?.id ?? '');
  for (let count = 0; count < 50; count += 1) {
    await world.nobody.get(`/v1/nowhere/${count}?x=${count}`).expect(404);
    await owner.get(`/v1/documents/01935000-0000-7000-8000-0000000000${10 + count}`).expect(404);
  }
  const { metrics = '' } = await sinks();
  expect(metrics).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
  expect(metrics).not.toContain('nowhere');
  const operations = new Set([...metrics.matchAll(/operation="([^"]*)"/g)].map(([, name]) => name));
  expect(operations.has('none')).toBe(true);
  expect(operations.has('/v1/documents/:documentId')).toBe(true);
  expect(operations.size).toBeLessThan(40);
});

test('OPS-05 what is refused before an operation is reached is counted, and of a flood a line a second is written', async () => {
  const before = (await sinks())['log']?.length ?? 0;
  for (let turn = 0; turn < 10; turn += 1) await world.as('bad.token.here').get('/v1/me').expect(401);
  for (let turn = 0; turn < 10; turn += 1)
    await world.nobody
      .send('post', '/v1/sessions', undefined, { 'Content-Type': 'application/json' })
      .send('{"a":')
      .expect(400);
  const { log = '', metrics = '' } = await sinks();
  for (const code of ['unauthenticated', 'invalid_request'])
    expect(
      Number(new RegExp(`bulkhead_http_refused_total\\{code="${code}"\\} (\\d+)`).exec(metrics)?.[1]),
    ).toBeGreaterThan(9);
  const lines = log
    .slice(before)
    .split('\n')
    .filter((line) => line.includes('a request was refused at the edge'))
    .map((line) => JSON.parse(line));
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.length).toBeLessThan(8);
  expect(lines[0]).toMatchObject({ level: 'warn', refused: expect.any(String), count: expect.any(Number) });
});

test('OPS-05 every request has a line with its route, status and time; looks at health have none', async () => {
  const before = (await sinks())['log']?.length ?? 0;
  const { headers } = await world.nobody.get('/v1/regions').expect(200);
  await world.nobody.get('/health/live').expect(200);
  const { log = '' } = await sinks();
  const lines = log
    .slice(before)
    .split('\n')
    .filter((line) => line.includes('"message":"request"'))
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    {
      request_id: headers['x-request-id'],
      method: 'GET',
      operation: '/v1/regions',
      status: 200,
      ms: expect.any(Number),
    },
  ]);
});

test('OPS-05 sign-ins, refusals for too many requests, waiting for connections, old mail and dead reports are measured', async () => {
  const { email } = await world.person('Measured');
  await world.signIn(email);
  await world.nobody.post('/v1/sessions', { email, password: 'a wrong one' }).expect(401);
  const inDirectory = (text: string) =>
    asOperator(world.databases.adminUrlOf('directory'), (admin) => admin.query(text));
  await inDirectory(`insert into blocked_addresses (address, until, reason)
    select a::inet, now() + interval '1 hour', 'a test' from unnest(array['127.0.0.1', '::1']) a`);
  await world.nobody.get('/v1/regions').expect(429);
  await inDirectory('delete from blocked_addresses');
  const { metrics = '' } = await sinks();
  for (const name of [
    'bulkhead_sign_ins_total{outcome="accepted"}',
    'bulkhead_sign_ins_total{outcome="refused"}',
    'bulkhead_http_throttled_total{code="too_many_requests"}',
    'bulkhead_database_wait_seconds_count{database="eu-west-1"}',
    'bulkhead_database_wait_seconds_count{database="directory"}',
  ])
    expect(metrics.split('\n').filter((line) => line.startsWith(name) && !line.endsWith(' 0'))).toHaveLength(1);
  await inDirectory(`insert into outbox_messages (id, kind, email, email_key, due_at)
    values (gen_random_uuid(), 'unknown', 'x@example.com', 'x@example.com', now() - interval '90 s')`);
  const worker = await quietWorker(world.environment, world.databases);
  for (const { run } of worker
    .get(Duties)
    .all()
    .filter(({ name }) => /backlog|dead/.test(name)))
    expect(await run(new AbortController().signal)).toBe(0);
  const measured = await worker.get(Metrics).registry.metrics();
  expect(Number(/bulkhead_mail_oldest_due_seconds\{queue="directory"\} ([\d.]+)/.exec(measured)?.[1])).toBeGreaterThan(
    89,
  );
  expect(measured).toContain('bulkhead_mail_oldest_due_seconds{queue="us-east-1"} 0');
  expect(measured).toContain('bulkhead_billing_dead_events 0');
  await worker.close();
});

test('OPS-05 a log that cannot be written is counted, and the answer comes all the same', async () => {
  const log = new StructuredLog({ level: 'info', file: '/dev/full' }, 'test');
  for (let count = 0; count < 3; count += 1) log.write('info', { count }, 'into the void');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(log.failures.count).toBeGreaterThan(0);
  expect(log.failures.last).toContain('ENOSPC');
});

test('OPS-09 security.txt says where to report, and until when it holds (RFC 9116)', async () => {
  const { text, headers } = await world.nobody.get('/.well-known/security.txt').expect(200);
  expect(headers['content-type']).toBe('text/plain; charset=utf-8');
  const fields = Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => line.split(/: (.*)/).slice(0, 2)),
  );
  expect(fields).toMatchObject({ Contact: 'mailto:security@example.com', 'Preferred-Languages': 'en' });
  const days = (Date.parse(fields['Expires'] ?? '') - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(30);
  expect(days).toBeLessThan(365);
});

function ask(port: number, path: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    request({ port, path, host: '127.0.0.1', agent: false }, (answer) => {
      let body = '';
      answer.on('data', (part) => {
        body += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode, body }));
    })
      .on('error', reject)
      .end();
  });
}
