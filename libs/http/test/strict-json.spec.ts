import { parseStrictJson } from '#libs/http';

const parse = (text: string) => parseStrictJson(Buffer.from(text));

test.each([
  '{}',
  '{"a":{"a":[{"a":1},{"a":2}]}}',
  '{"a":"{\\"a\\":1,\\"a\\":2}"}',
  '[1,"x",null,true,-1.5e3]',
  '"\\ud83d\\ude00"',
  '{"a":"]}","b":"[{"}',
])('reads %s as JSON.parse does', (text) => expect(parse(text)).toEqual(JSON.parse(text)));

test('10 000 names and values are read, and not one more', () => {
  expect(parse(`[${'0,'.repeat(10_000)}0]`)).toHaveLength(10_001);
  expect(() => parse(`[${'0,'.repeat(10_001)}0]`)).toThrow('more than 10000 names or values');
  const wide = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index]));
  expect(parse(JSON.stringify(wide(10_000)))).toEqual(wide(10_000));
  expect(() => parse(JSON.stringify(wide(10_001)))).toThrow('more than 10000 names or values');
});

test('an empty body is no body', () => expect(parse(' \n')).toBeUndefined());

test('20 levels are read and 21 are not', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  expect(parse(nested(20))).toBeDefined();
  expect(() => parse(nested(21))).toThrow('nested deeper than 20');
});

test.each(['{"a":1,"a":1}', '{"b":{"a":1,"\\u0061":2}}', '{"":1,"":2}'])('refuses %s', (text) => {
  expect(() => parse(text)).toThrow('names a key twice');
});

test.each([
  ['brackets', '['.repeat(1_000_000)],
  ['quotes in a string that never ends', `"${'\\"'.repeat(500_000)}`],
  ['backslashes', `"${'\\'.repeat(1_000_001)}`],
])('a megabyte of %s takes no time to refuse', (_, text) => {
  const began = performance.now();
  expect(() => parse(text)).toThrow();
  expect(performance.now() - began).toBeLessThan(500);
});
