import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { PASSWORD, type World } from '#libs/testing';
import { BulkheadError, connect, type ConnectOptions } from '../clients/typescript/src/index.js';
import { openWorld } from './open-world.js';

let world: World;
let baseUrl: string;

beforeAll(async () => {
  world = await openWorld();
  await world.app.listen(0, '127.0.0.1');
  baseUrl = `http://127.0.0.1:${(world.app.getHttpServer().address() as AddressInfo).port}`;
});
afterAll(() => world?.close());

/** Fetches as the browser of one person does: it keeps the cookie, and sends it where credentials are to be included. */
function browser(): typeof fetch {
  let cookie = '';
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    if (cookie && init?.credentials === 'include') headers.set('Cookie', cookie);
    const answer = await fetch(input, { ...init, headers });
    for (const set of answer.headers.getSetCookie()) [cookie = ''] = set.split(';');
    return answer;
  };
}

/** What is run between the blocks of a page: a storage, and what a person types. */
interface Page {
  readonly storage: Map<string, string>;
  readonly email: string;
  readonly code: string;
  readonly fetch: typeof fetch;
  readonly conflicts: { version: number }[];
}

const BLOCKS = [...readFileSync('docs/browser.md', 'utf8').matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code);

/** Runs the blocks of the guide from one to another, and gives back what `returns` names. */
async function run(
  blocks: readonly (string | undefined)[],
  page: Page,
  returns: string,
): Promise<Record<string, unknown>> {
  const { storage, conflicts, email, code } = page;
  const names = {
    connect: (options: ConnectOptions) => connect({ ...options, fetch: page.fetch }),
    BulkheadError,
    baseUrl,
    password: PASSWORD,
    email,
    method: 'recovery_code',
    code,
    conflicts,
    sessionStorage: {
      getItem: (name: string) => storage.get(name) ?? null,
      setItem: (name: string, value: string) => storage.set(name, value),
      removeItem: (name: string) => storage.delete(name),
    },
  };
  const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor;
  return new AsyncFunction(...Object.keys(names), `${blocks.join('\n')}\nreturn ${returns};`)(...Object.values(names));
}

test('API-18 the calls of docs/browser.md sign a tab in, prove a factor, enter, change, hear of a conflict, go on after a reload and sign out', async () => {
  const account = await world.account('Acme');
  const { email } = account.owner;
  const device = await world.signIn(email);
  const safe = await device.withSecondFactor();
  const { body } = await safe.post('/v1/me/recovery-codes').expect(201);
  const page: Page = { storage: new Map(), email, code: body.recovery_codes[0], fetch: browser(), conflicts: [] };
  const [connecting, signingIn, entering, changing, signingOut] = BLOCKS;
  expect(BLOCKS).toHaveLength(5);

  const first = await run([connecting, signingIn, entering, changing], page, '{ mayWrite, documents }');
  expect(first['mayWrite']).toBe(true);
  expect(first['documents']).toHaveLength(1);
  const tab = page.storage.get('tab');
  expect(tab).toMatch(/^[0-9a-f-]{36}$/);

  // somebody else changes the document between the reading and the change
  const editor = await (await account.clientOf('developer')).enterWorkspace(account.workspaces[1]?.id ?? '');
  const racing = changing?.replace('const [first] = documents;', 'const [first] = documents;\nawait race(first.id);');
  const race = async (id: string) => {
    const { body: read } = await editor.get(`/v1/documents/${id}`).expect(200);
    await editor
      .send('patch', `/v1/documents/${id}`, { title: 'Mine' }, { 'If-Match': `"v${read.version}"` })
      .expect(200);
  };
  Object.assign(globalThis, { race });
  // the page is loaded again: the cookie and the tab are still there, and so is the place
  const again = await run([connecting, signingIn, racing, signingOut], page, '{ bulkhead }');
  Reflect.deleteProperty(globalThis, 'race');
  expect(page.conflicts).toMatchObject([{ title: 'Mine' }]);
  expect(page.storage.has('tab')).toBe(false);
  expect(await (again['bulkhead'] as { resume(): Promise<boolean> }).resume()).toBe(false);
});
