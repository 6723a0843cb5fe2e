import { InvalidRequestError } from './http.errors.js';

/** Deepest nesting of arrays and objects that a body may have. */
const DEEPEST = 20;

/** Whether no object may have such a key: every object has it already, or it reaches into all of them. */
export function isForbiddenKey(key: string): boolean {
  return key === 'prototype' || key in Object.prototype;
}

/**
 * Parses a JSON body (RFC 8259) and refuses what parsers disagree about: duplicate and prototype keys, nesting deeper than
 * 20, invalid UTF-8, NUL and lone surrogates in texts.
 *
 * @throws {InvalidRequestError} saying which of these it is.
 */
export function parseStrictJson(bytes: Buffer): unknown {
  const text = decode(bytes);
  if (!text.trim()) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidRequestError('The request body is not valid JSON.');
  }
  // only now: in valid JSON every string is closed, so the scans below are linear
  assertShallow(text);
  assertUniqueKeys(text);
  assertCleanTexts(value);
  return value;
}

/** Refuses NUL, which PostgreSQL cannot store, and lone surrogates, which UTF-8 cannot carry. */
export function assertCleanText(text: string): void {
  if (text.includes('\0')) throw new InvalidRequestError('A text contains the character NUL. Remove it.');
  if (!text.isWellFormed())
    throw new InvalidRequestError('A text contains half of a surrogate pair. Send valid Unicode.');
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InvalidRequestError('The request body is not valid UTF-8.');
  }
}

/** Every string and bracket of a JSON text, in order; strings with their quotes. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs;

function assertShallow(text: string): void {
  let depth = 0;
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    if (depth > DEEPEST) throw new InvalidRequestError(`The request body is nested deeper than ${DEEPEST} levels.`);
  }
}

function assertUniqueKeys(text: string): void {
  const open: (Set<string> | null)[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const key = JSON.parse(last) as string;
      const keys = open.at(-1);
      if (keys?.has(key)) throw new InvalidRequestError('The request body names a key twice in one object.');
      if (isForbiddenKey(key)) throw new InvalidRequestError('The request body has a key that no object may have.');
      keys?.add(key);
    }
    last = token;
  }
}

function assertCleanTexts(root: unknown): void {
  const open = [root];
  while (open.length) {
    const value = open.pop();
    if (typeof value === 'string') assertCleanText(value);
    else if (Array.isArray(value)) for (const item of value) open.push(item);
    else if (value && typeof value === 'object') for (const [key, item] of Object.entries(value)) open.push(key, item);
  }
}
