import { connect } from 'node:net';
import request from 'supertest';
import { type World, type WorldAccount, type Client } from '#libs/testing';
import { openWorld } from './open-world.js';

let world: World;
let acme: WorldAccount;
let owner: Client;
let inside: Client;

beforeAll(async () => {
  world = await openWorld({ BODY_LIMIT: '4096' });
  acme = await world.account('Acme');
  owner = await acme.ownerClient();
  inside = await owner.enterWorkspace(acme.workspaces[0]?.id ?? '');
  await world.app.listen(0, '127.0.0.1');
});
afterAll(() => world.close());

const json = { 'Content-Type': 'application/json' };
const raw = (text: string | Buffer, type = json) =>
  inside.send('post', '/v1/datasets', undefined, type).send(text as never);

/** Sends bytes as they are, for what no client library would send. */
function sendBytes(text: string): Promise<string> {
  const address = world.app.getHttpServer().address() as { port: number };
  return new Promise((resolve, reject) => {
    const socket = connect(address.port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
      socket.end();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('API-06 input is what the API describes, or refused', () => {
  test('the control: a body as described is accepted', () => raw('{"name":"Fine"}').expect(201));

  test.each([
    ['an unknown field', '{"name":"x","color":"red"}'],
    ['a field of the wrong type', '{"name":5}'],
    ['a missing field', '{}'],
    ['null for a text', '{"name":null}'],
    ['a list for a text', '{"name":["x"]}'],
    ['a blank text', '{"name":"   "}'],
    ['a text that is too long', JSON.stringify({ name: 'x'.repeat(201) })],
    ['a list for a body', '[]'],
    ['a text for a body', '"x"'],
    ['a key twice', '{"name":"a","name":"b"}'],
    ['a key twice, differently spelt', '{"name":"a","n\\u0061me":"b"}'],
    ['a prototype key', '{"name":"x","__proto__":{"role":"owner"}}'],
    ['a constructor key, further in', '{"name":{"constructor":{"prototype":{}}}}'],
    ['nesting too deep', `${'{"a":'.repeat(21)}1${'}'.repeat(21)}`],
    ['a key that every object has', '{"name":"x","hasOwnProperty":1}'],
    ['NUL in a text', '{"name":"a\\u0000b"}'],
    ['half a surrogate pair', '{"name":"a\\ud800b"}'],
    ['broken JSON', '{"name":'],
  ])('%s is refused with 400', async (_, text) => {
    const { status, body } = await raw(text);
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'invalid_request' });
  });

  test('bytes that are no UTF-8 are refused', async () => {
    const { status } = await raw(Buffer.from([0x7b, 0x22, 0x6e, 0x61, 0x6d, 0x65, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]));
    expect(status).toBe(400);
  });

  test('every problem is told at once, by field', async () => {
    const { body } = await inside
      .post('/v1/documents', { dataset_id: 'x', title: '', source_url: 'ftp://x' })
      .expect(400);
    expect(body.errors.map(({ field }: { field: string }) => field).sort()).toEqual([
      'dataset_id',
      'source_url',
      'title',
    ]);
  });

  test('a body or a query where none is taken is refused', async () => {
    await owner.post(`/v1/account/workspaces/${acme.workspaces[0]?.id}/enter`, { x: 1 }).expect(400);
    await owner.get('/v1/account?expand=everything').expect(400);
    await owner.get('/v1/account/members?role=owner').expect(400);
  });

  test('an id in a path that is no UUID, and a page size out of bounds, are refused', async () => {
    for (const path of [
      '/v1/account/members/1',
      `/v1/account/members/${acme.id.toUpperCase()}`,
      '/v1/account/workspaces/x',
      '/v1/workspaces/x/datasets',
    ]) {
      await owner.get(path).expect(400);
    }
    for (const query of ['limit=0', 'limit=201', 'limit=x', 'limit=1e9', 'limit='])
      await owner.get(`/v1/account/members?${query}`).expect(400);
  });

  test('a change that changes nothing is refused', async () => {
    const { body } = await inside.post('/v1/datasets', { name: 'Same' }).expect(201);
    await inside.send('patch', `/v1/datasets/${body.id}`, {}, { 'If-Match': '"v1"' }).expect(400);
    expect((await inside.get(`/v1/datasets/${body.id}`)).body.version).toBe(1);
  });

  test('names in a query that every object has, and NUL behind a second question mark, are refused', async () => {
    for (const query of ['__proto__=1', 'constructor=1', 'q=x?%00', 'q=x&toString=1']) {
      expect((await inside.get(`/v1/documents/search?${query}`)).status).toBe(400);
    }
  });

  test('a body that is too large is 413, one that is not JSON is 415', async () => {
    expect((await raw(JSON.stringify({ name: 'x'.repeat(5000) }))).status).toBe(413);
    expect((await raw('<name/>', { 'Content-Type': 'application/xml' })).status).toBe(415);
    expect((await raw('name=x', { 'Content-Type': 'application/x-www-form-urlencoded' })).status).toBe(415);
  });
});

describe('API-09 what is ambiguous is refused', () => {
  test('a query parameter given twice', async () => {
    const { body } = await owner.get('/v1/account/members?limit=1&limit=2').expect(400);
    expect(body.errors).toEqual([{ field: 'limit', problem: 'is given twice' }]);
  });

  test('a second Host header, and none', async () => {
    expect(await sendBytes('GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toContain('200 OK');
    for (const head of ['Host: a\r\nHost: b\r\n', 'Host: a\r\nhost: a\r\n', '']) {
      expect(await sendBytes(`GET /health/live HTTP/1.1\r\n${head}Connection: close\r\n\r\n`)).toContain(
        '400 Bad Request',
      );
    }
  });

  test('every answer carries the headers that keep browsers from guessing', async () => {
    const { headers } = await owner.get('/v1/account').expect(200);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'strict-transport-security': expect.stringContaining('max-age='),
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'referrer-policy': 'no-referrer',
    });
    expect(headers['x-powered-by']).toBeUndefined();
  });
});

describe('API-08 CORS', () => {
  const from = (origin: string) => world.nobody.send('get', '/health/live', undefined, { Origin: origin });

  test('an origin on the list is allowed, with the headers it may send and read', async () => {
    const { headers } = await from('https://console.example').expect(200);
    expect(headers['access-control-allow-origin']).toBe('https://console.example');
    expect(headers['access-control-expose-headers']).toBe(
      'ETag, Idempotent-Replayed, RateLimit, Retry-After, X-Request-Id',
    );
  });

  test('a preflight names the methods and headers of the API, and no others', async () => {
    const { headers } = await request(world.app.getHttpServer()).options('/v1/sessions').set({
      Origin: 'https://console.example',
      'Access-Control-Request-Method': 'PATCH',
      'Access-Control-Request-Headers': 'If-Match',
    });
    expect(headers['access-control-allow-methods']).toBe('GET, POST, PUT, PATCH, DELETE');
    expect(headers['access-control-allow-headers']).toBe(
      'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, X-CSRF-Token',
    );
  });

  test('any other is not', async () => {
    const { headers } = await from('https://evil.example').expect(200);
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('API-17 problems', () => {
  test('are problem documents with a code and the request id, and without instance or path', async () => {
    const answer = await owner.get('/v1/account/members/01935000-0000-7000-8000-00000000dead').expect(404);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.body).toEqual({
      type: '/problems/not_found',
      title: 'Not found',
      status: 404,
      code: 'not_found',
      detail: expect.any(String),
      request_id: answer.headers['x-request-id'],
    });
  });

  test('a malformed path is a problem document too, and does not repeat the path', async () => {
    const answer = await owner.get('/v1/documents/%zz').expect(400);
    expect(answer.body).toMatchObject({ code: 'invalid_request', request_id: answer.headers['x-request-id'] });
    expect(JSON.stringify(answer.body)).not.toContain('%zz');
  });

  test('an unknown path is the same 404, and tells nothing of what exists', async () => {
    const unknown = await owner.get('/v1/nothing/here').expect(404);
    expect(unknown.body.code).toBe('not_found');
    expect(JSON.stringify(unknown.body)).not.toContain('nothing/here');
  });
});

test('the API description and the page that shows it load nothing from elsewhere', async () => {
  const page = await world.nobody.get('/docs').expect(200);
  expect(page.headers['content-security-policy']).toContain("default-src 'self'");
  expect(page.text.match(/(?:src|href)="(?:https?:)?\/\//g)).toBeNull();
  const { body } = await world.nobody.get('/openapi.json').expect(200);
  expect(body.openapi).toBe('3.1.0');
  const named = new Set(
    Object.entries(body.components).flatMap(([kind, all]) =>
      Object.keys(all as object).map((name) => `#/components/${kind}/${name}`),
    ),
  );
  const used = [...JSON.stringify(body).matchAll(/"\$ref":"([^"]*)"/g)].map(([, reference]) => reference);
  expect(used.length).toBeGreaterThan(20);
  expect(used.filter((reference) => !named.has(reference ?? ''))).toEqual([]);
});

test('API-02 an address that keeps signing in is slowed down, with Retry-After; members are not', async () => {
  const strict = await openWorld({ PUBLIC_REQUESTS_PER_MINUTE: '6' });
  try {
    const client = await (await strict.account('Strict')).ownerClient();
    const attempt = () =>
      strict.nobody.post('/v1/sessions', { email: 'nobody@example.com', password: 'not the password' });
    const statuses: number[] = [];
    for (let count = 0; count < 8; count += 1) statuses.push((await attempt()).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    const refused = await attempt().expect(429);
    expect(refused.body.code).toBe('too_many_requests');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    await client.get('/v1/account').expect(200);
  } finally {
    await strict.close();
  }
});
