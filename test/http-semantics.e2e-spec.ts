import { connect } from 'node:net';
import { newId } from '#libs/context';
import { type Client, type World, type WorldAccount } from '#libs/testing';
import { openWorld } from './open-world.js';

let world: World;
let acme: WorldAccount;
let inside: Client;

beforeAll(async () => {
  world = await openWorld();
  acme = await world.account('Acme');
  inside = await (await acme.ownerClient()).enterWorkspace(acme.workspaces[0]?.id ?? '');
  await world.app.listen(0, '127.0.0.1');
});
afterAll(() => world.close());

const raw = (path: string, text: string, type: string) =>
  inside.send('post', path, undefined, { 'Content-Type': type }).send(text);

describe('API-17 HTTP means what it says', () => {
  test('a method that a path does not have is 405, with those that it has in Allow', async () => {
    const { headers, body } = await world.nobody.send('put', '/v1/sessions').expect(405);
    expect(headers['allow']).toBe('POST');
    expect(body.code).toBe('method_not_allowed');
    const id = acme.workspaces[0]?.documentId;
    expect((await inside.send('put', `/v1/documents/${id}`).expect(405)).headers['allow']).toBe(
      'DELETE, GET, HEAD, PATCH',
    );
    await inside.send('put', '/v1/nothing').expect(404);
  });

  test.each([
    'text/plain',
    'application/xml',
    'application/merge-patch+json',
    'multipart/form-data',
    'application/jsonx',
  ])('a body of %s is 415', async (type) => {
    expect((await raw('/v1/datasets', '{"name":"x"}', type).expect(415)).body.code).toBe('unsupported_media_type');
  });

  test('JSON with a charset is JSON', async () => {
    await raw('/v1/datasets', '{"name":"With a charset"}', 'application/json; charset=utf-8').expect(201);
  });

  test('A9 answers are not kept by caches, but for what is the same for everybody', async () => {
    for (const path of ['/v1/me', '/v1/account', `/v1/documents/${acme.workspaces[0]?.documentId}`])
      expect((await inside.get(path).expect(200)).headers['cache-control']).toBe('no-store');
    const { headers } = await world.nobody.post('/v1/sessions', { email: 'nobody@example.com', password: 'wrong' });
    expect(headers['cache-control']).toBe('no-store');
    for (const path of ['/v1/regions', '/v1/plans'])
      expect((await world.nobody.get(path).expect(200)).headers['cache-control']).toBe('public, max-age=300');
  });

  test('what a client has already is 304, without a body, and what has changed is not', async () => {
    const path = `/v1/documents/${acme.workspaces[0]?.documentId}`;
    const { headers } = await inside.get(path).expect(200);
    const ask = (known: string) => inside.send('get', path, undefined, { 'If-None-Match': known });
    for (const known of [headers['etag'] ?? '', `W/${headers['etag']}`, `"v99", ${headers['etag']}`, '*']) {
      const unchanged = await ask(known).expect(304);
      expect(unchanged.text).toBe('');
      expect(unchanged.headers['etag']).toBe(headers['etag']);
    }
    await ask('"v99"').expect(200);
  });

  test('a deletion heeds If-Match where it comes: another version is 412, and nothing is deleted', async () => {
    const made = await inside.post('/v1/datasets', { name: 'Versioned' }).expect(201);
    const path = `/v1/datasets/${made.body.id}`;
    await inside.send('patch', path, { name: 'Changed' }, { 'If-Match': '"v1"' }).expect(200);
    const { body } = await inside.send('delete', path, undefined, { 'If-Match': '"v1"' }).expect(412);
    expect(body.code).toBe('precondition_failed');
    await inside.get(path).expect(200);
    await inside.send('delete', path, undefined, { 'If-Match': '"v2"' }).expect(204);
    await inside.get(path).expect(404);
    for (const known of ['*', undefined]) {
      const other = await inside.post('/v1/datasets', { name: 'Any version' }).expect(201);
      const headers: Record<string, string> = known ? { 'If-Match': known } : {};
      await inside.send('delete', `/v1/datasets/${other.body.id}`, undefined, headers).expect(204);
    }
  });

  test('the answer to a repeated Idempotency-Key says that it is one', async () => {
    const key = { 'Idempotency-Key': newId() };
    const once = () => inside.send('post', '/v1/datasets', { name: 'Once' }, key).expect(201);
    const [first, again] = [await once(), await once()];
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(again.body).toEqual(first.body);
  });

  test('A8 a token without a signature is 401, whatever key it names', async () => {
    for (const kid of ['derived', 'nobody', undefined]) {
      const parts = [{ alg: 'HS256', typ: 'at+jwt', kid }, { sub: acme.owner.id }];
      const token = `${parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;
      const { body } = await world.as(token).get('/v1/me').expect(401);
      expect(body.code).toBe('unauthenticated');
    }
  });

  test('A16 a list in a body has at most 200 items', async () => {
    const workspaces = Array.from({ length: 201 }, () => ({ workspace_id: newId(), role: 'viewer' }));
    const owner = await acme.ownerClient();
    const invite = (count: number) =>
      owner.post('/v1/account/invitations', {
        email: 'many@example.com',
        role: 'viewer',
        access: 'named',
        workspaces: workspaces.slice(0, count),
      });
    const { body } = await invite(201).expect(400);
    expect(body.errors).toEqual([
      { field: 'workspaces', problem: 'must have at most 200 items', pointer: '#/workspaces' },
    ]);
    await invite(200).expect(404);
  });

  test('what is wrong with a field is said in our words, by its own name, with a JSON Pointer', async () => {
    const { body } = await inside
      .post('/v1/documents', { dataset_id: 'x', title: '', source_url: 'ftp://x', colour: 1 })
      .expect(400);
    expect(body.errors).toEqual([
      { field: 'colour', problem: 'is not a field of this operation', pointer: '#/colour' },
      { field: 'dataset_id', problem: 'must be a UUID in lower case', pointer: '#/dataset_id' },
      { field: 'title', problem: 'must have 1 to 300 characters', pointer: '#/title' },
      {
        field: 'source_url',
        problem: 'must be a URL that begins with http:// or https://',
        pointer: '#/source_url',
      },
    ]);
    const { email } = acme.owner;
    const short = { current_password: 'a password for tests', new_password: 'short' };
    const changed = await (await world.signIn(email)).post('/v1/me/password', short).expect(400);
    expect(changed.body.errors[0]).toMatchObject({ field: 'new_password', pointer: '#/new_password' });
  });

  test('every type of problem leads to a page that explains it', async () => {
    const { body } = await inside.get('/v1/documents/nonsense').expect(400);
    expect(body.type).toBe('/problems/invalid_request');
    const page = await world.nobody.get(body.type).expect(200);
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.text).toContain('invalid_request');
    expect((await world.nobody.get('/problems').expect(200)).text).toContain('href="/problems/not_found"');
    await world.nobody.get('/problems/nonsense').expect(404);
  });

  test.each([
    ['what is no HTTP', 'NONSENSE\r\n\r\n', 400, 'bad_http'],
    [
      'headers that are too large',
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
  ])('%s is answered with a problem document', async (_, bytes, status, code) => {
    const answer = await sendBytes(bytes);
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    const [head = '', text = ''] = answer.split('\r\n\r\n');
    expect(head).toContain('Content-Type: application/problem+json');
    const body = JSON.parse(text);
    expect(body).toMatchObject({ code, status });
    expect(head).toContain(`X-Request-Id: ${body.request_id}`);
  });
});

/** Sends bytes as they are, for what no client library would send. */
function sendBytes(text: string): Promise<string> {
  const { port } = world.app.getHttpServer().address() as { port: number };
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('A6 what is for this machine alone', () => {
  const ask = (path: string, headers: Record<string, string>) => world.nobody.send('get', path, undefined, headers);

  test.each([
    ['came through a proxy', { 'X-Forwarded-For': '203.0.113.9' }],
    ['came through a proxy that says so otherwise', { Forwarded: 'for=203.0.113.9' }],
    ['names another host, which resolves to this one', { Host: 'evil.example' }],
    ['is a page’s of another site', { Origin: 'https://evil.example' }],
  ])('is not shown to a request that %s', async (_, headers) => {
    await ask('/dev/mail', {}).expect(200);
    await ask('/dev/mail', headers).expect(404);
    expect((await ask('/', headers).expect(200)).text).not.toContain('Sign-ins of the demo');
    const { url } = world.payments.server;
    // fetch does not let a program name another host
    const { Host, ...others } = headers as Record<string, string>;
    if (!Host) expect((await fetch(`${url}/_local/state`, { headers: others })).status).toBe(403);
  });
});

describe('A2 nothing is read of a request before it is known who sends it', () => {
  test('the body of a request without a valid token, or to an unknown path, is not read', async () => {
    for (const path of ['/v1/documents', '/v1/nothing']) {
      // it says that a body follows, and sends none: whoever waited for it would wait until the request times out
      const answer = await sendBytes(
        `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 900000\r\nConnection: close\r\n\r\n{`,
      );
      expect(answer).toMatch(/^HTTP\/1.1 40[14] /);
    }
  });

  test('a public operation takes 32 kB, others what the installation allows', async () => {
    const { body } = await world.nobody.post('/v1/sessions', { email: 'x'.repeat(33_000), password: 'x' }).expect(413);
    expect(body.code).toBe('body_too_large');
    const dataset_id = acme.workspaces[0]?.datasetId;
    await inside.post('/v1/documents', { dataset_id, title: 'Long', body: 'x'.repeat(100_000) }).expect(201);
  });
});
