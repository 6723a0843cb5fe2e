import { createSecretKey, randomBytes } from 'node:crypto';
import { openText, sealText } from '../src/sealed-text.js';

const key = createSecretKey(randomBytes(32));

test('a sealed text opens with its key and in its place alone', () => {
  const sealed = sealText('a secret', key, 'here');
  expect(openText(sealed, key, 'here')).toBe('a secret');
  expect(() => openText(sealed, key, 'there')).toThrow();
  expect(() => openText(sealed, createSecretKey(randomBytes(32)), 'here')).toThrow();
});

test('a text whose tag was cut short does not open, however short', () => {
  const sealed = sealText('', key, 'here');
  for (let length = 0; length < sealed.length; length += 1)
    expect(() => openText(sealed.subarray(0, length), key, 'here')).toThrow();
});
