import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import { PasswordRules } from '../src/passwords/password-rules.service.js';
import { PwnedPasswordRanges } from '../src/passwords/pwned-password-ranges.js';

// The range API of Have I Been Pwned, as its documentation has it: GET /range/{5 digits}, lines of 35 digits and a count, padding with count 0.

const STOLEN = 'correct horse battery stapler 77';
const PADDED = 'whales and lampposts in the north';
let server: Server;
let status: number;
let asked: IncomingMessage[];
let ranges: PwnedPasswordRanges;

beforeEach(async () => {
  [status, asked] = [200, []];
  const lineOf = (password: string, count: number) =>
    `${createHash('sha1').update(password).digest('hex').toUpperCase().slice(5)}:${count}`;
  server = createServer((request, answer) => {
    asked.push(request);
    answer.statusCode = status;
    answer.end(['0018A45C4D1DEF81644B54AB7F969B88D65:1', lineOf(STOLEN, 12), lineOf(PADDED, 0)].join('\r\n'));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  ranges = new PwnedPasswordRanges(`http://127.0.0.1:${(server.address() as AddressInfo).port}/range/`);
});
afterEach(() => server.close());

test('AUT-02 a stolen password is refused, and the service learns five digits of a hash', async () => {
  await expect(new PasswordRules(ranges).assert(STOLEN, [])).rejects.toMatchObject({
    code: 'invalid_request',
    details: { errors: [{ field: 'new_password', problem: 'is in a list of stolen passwords' }] },
  });
  expect(asked.map(({ url }) => url)).toEqual([
    `/range/${createHash('sha1').update(STOLEN).digest('hex').toUpperCase().slice(0, 5)}`,
  ]);
  expect(asked[0]?.headers['add-padding']).toBe('true');
});

test('others are taken, those of the padding among them', async () => {
  for (const password of [PADDED, 'an umbrella for the lighthouse keeper'])
    await expect(new PasswordRules(ranges).assert(password, [])).resolves.toBeUndefined();
});

test('a service that fails keeps nobody from setting a password, and the log says so', async () => {
  const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  status = 503;
  await expect(ranges.has(STOLEN)).resolves.toBe(false);
  server.close();
  server.closeAllConnections();
  await expect(ranges.has(STOLEN)).resolves.toBe(false);
  expect(warn).toHaveBeenCalledTimes(2);
  warn.mockRestore();
});
