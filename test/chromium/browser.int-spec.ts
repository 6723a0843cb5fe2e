import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { processVariables } from '#libs/context';
import { PASSWORD, type World, type WorldAccount } from '#libs/testing';
import { type Browser, chromium, type Page } from 'playwright-core';
import { openWorld } from '../open-world.js';

// A real browser with a virtual authenticator: npm run check:chromium

let world: World;
let acme: WorldAccount;
let browser: Browser;
let page: Page;
let origin: string;

beforeAll(async () => {
  const port = await freePort();
  origin = `http://localhost:${port}`;
  world = await openWorld({ PORT: String(port), PASSKEY_ORIGINS: origin });
  acme = await world.account('Acme');
  await world.app.listen(port, '127.0.0.1');
  browser = await chromium.launch({
    executablePath: processVariables()['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  page = await (await browser.newContext()).newPage();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(`${origin}/docs`);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** What answers have in them, of which each has some. */
interface Body {
  readonly csrf_token: string;
  readonly access_token: string;
  readonly tab_id: string;
  readonly challenge_id: string;
  readonly options: object;
  readonly recovery_codes: readonly string[];
  readonly user: { readonly id: string };
}

/** A request as a page of ours sends it, cookie included. */
function send(
  path: string,
  { method = 'POST', body, token, csrf }: { method?: string; body?: object; token?: string; csrf?: string } = {},
): Promise<{ status: number; body: Body }> {
  return page.evaluate(
    async ([path, method, body, token, csrf]) => {
      const answer = await fetch(path as string, {
        method: method as string,
        headers: {
          ...(body !== null && { 'Content-Type': 'application/json' }),
          ...(token && { Authorization: `Bearer ${token}` }),
          ...(csrf && { 'X-CSRF-Token': csrf }),
        },
        ...(body !== null && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text ? JSON.parse(text) : {} };
    },
    [path, method, body ?? null, token ?? null, csrf ?? null] as const,
  );
}

/** Has the authenticator make a passkey, or sign with one. */
function credential(kind: 'create' | 'get', options: object): Promise<object> {
  return page.evaluate(
    async ([kind, options]) => {
      const { PublicKeyCredential, navigator } = globalThis as never as {
        PublicKeyCredential: Record<string, (options: unknown) => unknown>;
        navigator: { credentials: Record<string, (options: unknown) => Promise<{ toJSON(): object }>> };
      };
      const parse = kind === 'create' ? 'parseCreationOptionsFromJSON' : 'parseRequestOptionsFromJSON';
      const publicKey = PublicKeyCredential[parse]?.(options);
      return (await navigator.credentials[kind as string]?.({ publicKey }))?.toJSON() ?? {};
    },
    [kind, options] as const,
  );
}

async function tab(csrf: string, tabId?: string) {
  const { status, body } = await send('/v1/browser-sessions/current/tabs', {
    body: tabId ? { tab_id: tabId } : {},
    csrf,
  });
  expect(status).toBe(201);
  return body;
}

test('AUT-07 the browser keeps the cookie, shows it to no script, and forgets it when it signs out', async () => {
  const { status, body } = await send('/v1/browser-sessions', {
    body: { email: acme.owner.email, password: PASSWORD },
  });
  expect(status).toBe(201);
  const [cookie] = await page.context().cookies(origin);
  expect(cookie).toMatchObject({
    name: '__Host-bulkhead',
    httpOnly: true,
    secure: true,
    sameSite: 'Strict',
    path: '/',
  });
  expect(await page.evaluate(() => (globalThis as never as { document: { cookie: string } }).document.cookie)).toBe('');
  const { access_token: token } = await tab(body.csrf_token);
  expect((await send(`/v1/me/accounts/${acme.id}/enter`, { token })).status).toBe(201);
  await page.reload();
  const again = await send('/v1/browser-sessions/current', { method: 'GET' });
  expect(again.body.csrf_token).toBe(body.csrf_token);
  expect((await send('/v1/browser-sessions/current', { method: 'DELETE', csrf: body.csrf_token })).status).toBe(200);
  expect(await page.context().cookies(origin)).toEqual([]);
  await page.goBack().catch(() => undefined);
  await page.goto(`${origin}/docs`);
  expect((await send('/v1/browser-sessions/current', { method: 'GET' })).status).toBe(401);
  expect((await send('/v1/me', { method: 'GET', token })).status).toBe(401);
});

test('AUT-03 AUT-04 a passkey is added, proves a second time, and signs in alone', async () => {
  const { user } = await acme.addMember('developer');
  const signedIn = await send('/v1/browser-sessions', { body: { email: user.email, password: PASSWORD } });
  const csrf = signedIn.body.csrf_token;
  const { access_token: token } = await tab(csrf);
  const { body: adding } = await send('/v1/me/factors/passkey/options', { token });
  const made = await credential('create', adding.options);
  const added = await send('/v1/me/factors/passkey', {
    token,
    body: { challenge: adding.challenge_id, name: 'Virtual', response: made },
  });
  expect([added.status, added.body.recovery_codes.length]).toEqual([201, 10]);
  const { body: proving } = await send('/v1/me/second-factor/passkey/options', { token });
  const proved = await send('/v1/me/second-factor/passkey', {
    token,
    body: { challenge: proving.challenge_id, response: await credential('get', proving.options) },
  });
  expect(proved.status).toBe(201);
  await send('/v1/browser-sessions/current', { method: 'DELETE', csrf });
  const { body: asking } = await send('/v1/passkey-sign-ins/options');
  const alone = await send('/v1/passkey-sign-ins', {
    body: { challenge: asking.challenge_id, response: await credential('get', asking.options) },
  });
  expect([alone.status, alone.body.user.id]).toEqual([201, user.id]);
  const entered = await tab(alone.body.csrf_token);
  expect((await send(`/v1/me/accounts/${acme.id}/enter`, { token: entered.access_token })).status).toBe(201);
});
