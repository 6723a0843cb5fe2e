import { scrub, SCRUBBED, scrubText } from '#libs/telemetry';
import { BY_NAME, BY_PATTERN, canaryOf, TOKEN } from './canaries.js';

test('LIF-12 there are at least 50 kinds of canary', () => {
  expect(Object.keys(BY_PATTERN).length + Object.keys(BY_NAME).length).toBeGreaterThanOrEqual(50);
});

describe('LIF-12 B22 what looks like a secret or an address is taken out of a text', () => {
  test.each(Object.entries(BY_PATTERN))('%s', (_, [text, ...canaries]) => {
    for (const around of [
      (one: string) => one,
      (one: string) => `before ${one} after`,
      (one: string) => `Error: ${one}\n    at Object.<anonymous> (/srv/app.js:3:9)`,
      (one: string) => JSON.stringify({ message: `it said: ${one}` }),
      (one: string) => JSON.stringify(JSON.stringify([one])),
    ]) {
      const clean = scrubText(around(text));
      for (const canary of canaries) expect(clean).not.toContain(canary);
    }
  });
});

describe('LIF-12 what a name says is secret is taken out of an object, however deep', () => {
  test.each(Object.entries(BY_NAME))('%s', (_, field) => {
    for (const value of [TOKEN, { nested: TOKEN }, [TOKEN], 918_273_645]) {
      const clean = JSON.stringify(scrub({ outer: [{ [field]: value }], kept: 'kept' }));
      expect(clean).not.toContain(TOKEN);
      expect(clean).not.toContain('918273645');
      expect(clean).toContain('kept');
    }
  });
});

test('LIF-12 what is of use to whoever looks for a fault stays', () => {
  const text =
    '2026-11-22T13:00:00.000Z GET /v1/account/audit-entries 01a2035b-29cb-71e1-ae1e-fe2db20b3a9e failed: connect ECONNREFUSED 127.0.0.1:5432 at TenantPool.lend (/srv/dist/libs/database/src/gate/tenant-pool.js:41:13)';
  expect(scrubText(text)).toBe(text);
  const fields = {
    event_id: '01a2035b-29cb-71e1-ae1e-fe2db20b3a9e',
    action: 'document.read',
    count: 3,
    done: true,
    none: null,
  };
  expect(scrub(fields)).toEqual(fields);
});

test('LIF-12 errors keep name, message, code and stack, with their causes, and lose the rows that drivers put into them', () => {
  const cause = Object.assign(new Error(`no such user ${canaryOf('mail address')}`), {
    code: '23505',
    detail: `Key (email)=(${canaryOf('mail address')}) already exists.`,
    where: 'PL/pgSQL',
  });
  const clean = scrub(new Error('It did not work', { cause })) as { message: string; cause: { code: string } };
  expect(clean).toMatchObject({ name: 'Error', message: 'It did not work', cause: { code: '23505' } });
  expect(JSON.stringify(clean)).not.toContain(canaryOf('mail address'));
  expect(clean.cause).not.toHaveProperty('detail');
});

test('LIF-12 a text that is made to be slow is not', () => {
  for (const piece of ['a@', 'eyJ.', 'password=', '://', 'x_', '@'.repeat(5), '$argon2', '-----BEGIN X PRIVATE KEY']) {
    const began = performance.now();
    scrubText(piece.repeat(100_000 / piece.length));
    expect(performance.now() - began).toBeLessThan(1_500);
  }
});

test('LIF-12 B24 the time a text takes does not grow faster than the text, whatever it is made of', () => {
  for (const piece of [
    '-eyJ',
    '-----BEGIN ',
    'PRIVATE KEY',
    'aa://',
    'a%40a.',
    'token=',
    '"password":"',
    'eyJaaaaaa.',
    'Bearer ',
    '__Host-a=',
    'A/',
    'x@',
    '\\"',
  ])
    for (const text of [piece.repeat(2 ** 20 / piece.length), `-----BEGIN ${piece.repeat(2 ** 18 / piece.length)}`]) {
      const began = performance.now();
      scrubText(text);
      expect([piece, performance.now() - began < 250]).toEqual([piece, true]);
    }
});

test('LIF-12 what goes round in circles, is deep, or is bytes does not stop the log', () => {
  const circle: Record<string, unknown> = { name: 'round' };
  circle['self'] = circle;
  expect(JSON.stringify(scrub(circle))).toContain('[too deep]');
  expect(scrub(Buffer.from(TOKEN))).toBe('[bytes]');
  expect(scrub(new Map([['password', TOKEN]]))).toEqual({ password: SCRUBBED });
  expect(scrub(10n)).toBe('10');
});
