import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { PASSWORD, type World } from '#libs/testing';
import { openWorld } from './open-world.js';

// Turnstile as its documentation has it: a form with secret, response and remoteip; JSON with success and error-codes.

const SECRET = 'the secret of a site';
let server: Server;
let world: World;
let mode: 'works' | 'is down' | 'talks nonsense' = 'works';
const asked: Record<string, string>[] = [];
const used = new Set<string>();

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const form = Object.fromEntries(new URLSearchParams(await text(request)));
    asked.push({ ...form, type: request.headers['content-type'] ?? '' });
    if (mode === 'is down') return response.destroy();
    if (mode === 'talks nonsense') return response.end('<html>');
    const answer = (success: boolean, ...codes: string[]) =>
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ success, 'error-codes': codes }));
    const { secret, response: token = '' } = form;
    if (secret !== SECRET) return answer(false, 'invalid-input-secret');
    if (used.has(token)) return answer(false, 'timeout-or-duplicate');
    used.add(token);
    return token.startsWith('a person') ? answer(true) : answer(false, 'invalid-input-response');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  world = await openWorld({
    TURNSTILE_SECRET: SECRET,
    TURNSTILE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/siteverify`,
  });
});
afterAll(async () => {
  await world.close();
  await new Promise((resolve) => server.close(resolve));
});
afterEach(() => {
  mode = 'works';
});

describe('AUT-13 a challenge for programs', () => {
  const places = (email: string) =>
    [
      ['/v1/sign-ups', { email: `new.${email}` }, 202],
      ['/v1/sessions', { email, password: PASSWORD }, 201],
      ['/v1/browser-sessions', { email, password: PASSWORD }, 201],
    ] as const;

  test('is asked for at sign-up and at every sign-in, and asked about as documented', async () => {
    const { email } = await world.person('Somebody');
    for (const [path, body, success] of places(email)) {
      for (const challenge of [undefined, 'a program'])
        expect((await world.nobody.post(path, { ...body, challenge }).expect(403)).body.code).toBe('challenge_refused');
      const challenge = `a person at ${path}`;
      await world.nobody.post(path, { ...body, challenge }).expect(success);
      expect(asked.at(-1)).toEqual({
        secret: SECRET,
        response: challenge,
        remoteip: expect.stringContaining('127.0.0.1'),
        type: expect.stringContaining('application/x-www-form-urlencoded'),
      });
      // once
      await world.nobody.post(path, { ...body, challenge }).expect(403);
    }
  });

  test.each(['is down', 'talks nonsense'] as const)('that %s lets nobody through, and says so', async (state) => {
    const { email } = await world.person('Somebody');
    mode = state;
    for (const [path, body] of places(email)) {
      const answer = await world.nobody.post(path, { ...body, challenge: 'a person' }).expect(503);
      expect(answer.body.code).toBe('challenge_unavailable');
    }
  });
});
