import { type Operation, operationsOf, type World, type WorldAccount, Wire } from '#libs/testing';
import { openWorld } from './open-world.js';

// A1: what a request costs grows with its size, and no faster. Every operation is sent the largest body, the most names, the
// deepest nesting, the longest list and the longest text, whether it takes them or refuses them, at two sizes.
const [SMALL, LARGE] = [16 * 1_024, 256 * 1_024];
/** Largest answer to the time of a small one: the sizes differ by 16, and a pause of the machine counts as well. */
const MAX_GROWTH = 40;
/** Milliseconds below which nobody asks whether they were in proportion. */
const FAST_MS = 50;
/** What any of them may take, in milliseconds. */
const MAX_MS = 500;

let world: World;
let acme: WorldAccount;
let wire: Wire;
let operations: readonly Operation[];
let token: string;

beforeAll(async () => {
  world = await openWorld();
  acme = await world.account('Acme');
  const owner = await acme.ownerClient();
  token = (await owner.enterWorkspace(acme.workspaces[0]?.id ?? '')).token ?? '';
  wire = await Wire.to(world.app);
  operations = operationsOf((await world.nobody.get('/openapi.json')).body).filter(({ hasBody }) => hasBody);
});
afterAll(async () => {
  wire.close();
  await world.close();
});

/** Bodies by what is large about them, of about so many bytes. */
const BODIES: Readonly<Record<string, (bytes: number, operation: Operation) => string>> = {
  'many unknown names': (bytes) => JSON.stringify(Object.fromEntries(numbered(bytes / 11, (n) => [`k${n}`, 0]))),
  'as many unknown names as are read': (bytes) =>
    JSON.stringify(Object.fromEntries(numbered((9_999 * bytes) / LARGE, (n) => [`k${n}`, 0]))),
  'deep nesting': (bytes) => '{"a":'.repeat(bytes / 5),
  'a long list': (bytes) => JSON.stringify({ list: numbered(bytes / 2, () => 0) }),
  'a long text under an unknown name': (bytes) => JSON.stringify({ text: 'x'.repeat(bytes) }),
  'a long unknown name': (bytes) => JSON.stringify({ ['x'.repeat(bytes)]: 1 }),
  'long texts': (bytes, { fields }) => {
    const texts = fields.filter(({ in: place, at }) => place === 'body' && at.length === 1);
    const each = Math.floor(bytes / Math.max(1, texts.length));
    return JSON.stringify(Object.fromEntries(texts.map(({ name }) => [name, 'é'.repeat(each / 2)])));
  },
  'long lists': (bytes, { fields }) => {
    const lists = [...new Set(fields.filter(({ in: place }) => place === 'body').map(({ at }) => at[0] ?? ''))];
    const each = Math.floor(bytes / 3 / Math.max(1, lists.length));
    return JSON.stringify(Object.fromEntries(lists.map((name) => [name, numbered(each, () => ({}))])));
  },
  'backslashes and quotes': (bytes) => `{"a":"${'\\"'.repeat(bytes / 2)}"}`,
};

function numbered<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: Math.floor(count) }, (_, n) => make(n));
}

async function send(operation: Operation, body: string): Promise<{ ms: number; status: number; bytes: number }> {
  const path = operation.path.replace(/\{\w+\}/g, acme.id);
  const headers = { 'content-type': 'application/json', 'if-match': '"v1"' };
  const began = performance.now();
  const { status, text } = await wire.send(
    { method: operation.method, path, headers, body },
    operation.scope === 'public' ? undefined : token,
  );
  return { ms: performance.now() - began, status, bytes: text.length };
}

/** Asks again at both sizes; a pause of the machine is over then. */
async function isInProportion(operation: Operation, make: (bytes: number, of: Operation) => string): Promise<boolean> {
  const [first, second] = [
    await send(operation, make(SMALL, operation)),
    await send(operation, make(LARGE, operation)),
  ];
  return second.ms < MAX_MS && second.ms < MAX_GROWTH * Math.max(5, first.ms);
}

test('A1 API-06 the time that an operation takes grows no faster than its body, whatever is large about it', async () => {
  const slow: string[] = [];
  for (const operation of operations)
    for (const [what, make] of Object.entries(BODIES)) {
      const { ms, status, bytes } = await send(operation, make(LARGE, operation));
      if (ms > FAST_MS && !(await isInProportion(operation, make)))
        slow.push(`${operation.id}, ${what}: ${ms.toFixed()} ms`);
      if (status >= 500) slow.push(`${operation.id}, ${what}: answered ${status}`);
      if (bytes > 16_384) slow.push(`${operation.id}, ${what}: answered ${bytes} bytes`);
    }
  expect(slow).toEqual([]);
}, 240_000);

test('A1 110,000 unknown names to a public operation are refused at once, and others are answered meanwhile', async () => {
  const body = JSON.stringify(Object.fromEntries(numbered(110_000, (n) => [`k${n}`, 0])));
  const began = performance.now();
  const refusals = Promise.all(
    numbered(20, () => world.nobody.send('post', '/v1/sign-ups', undefined, JSON_TYPE).send(body as never)),
  );
  await world.nobody.get('/health/live').expect(200);
  expect(performance.now() - began).toBeLessThan(1_000);
  for (const { status } of await refusals) expect(status).toBe(413);
});

const JSON_TYPE = { 'Content-Type': 'application/json' };

test('A1 at most 20 problems are told, and names are cut', async () => {
  const body = Object.fromEntries(numbered(300, (n) => [`${'k'.repeat(n % 100)}${n}`, 0]));
  const { body: problem } = await world.nobody.post('/v1/sign-ups', body).expect(400);
  expect(problem.errors).toHaveLength(20);
});
