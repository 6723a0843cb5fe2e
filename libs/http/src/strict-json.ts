import { InvalidRequestError } from './http.errors.js';

/** Deepest nesting of arrays and objects that a body may have. */
const DEEPEST = 20;
/** Most names, and most values besides, that a body may have. The largest body that an operation takes has a tenth of that. */
const MOST = 10_000;

const [QUOTE, BACKSLASH, COLON, COMMA] = ['"', '\\', ':', ','].map((sign) => sign.charCodeAt(0));
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = ['{', '}', '[', ']'].map((sign) => sign.charCodeAt(0));

/** Whether no object may have such a key: every object has it already, or it reaches into all of them. */
export function isForbiddenKey(key: string): boolean {
  return key === 'prototype' || key in Object.prototype;
}

/**
 * Parses a JSON body (RFC 8259) and refuses what parsers disagree about: duplicate and prototype keys, nesting deeper than
 * 20, more than 10 000 names or values, invalid UTF-8, NUL and lone surrogates in texts. The time is proportional to the size.
 *
 * @throws {InvalidRequestError} saying which of these it is.
 */
export function parseStrictJson(bytes: Buffer): unknown {
  const text = decode(bytes);
  if (!text.trim()) return undefined;
  // before it is parsed: what is refused for its size costs one look at each character
  assertShape(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidRequestError('The request body is not valid JSON.');
  }
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

/** Refuses what is nested too deep, has too many parts, or names a key twice or one that no object may have. */
function assertShape(text: string): void {
  const open: (Set<string> | null)[] = [];
  let [names, values] = [0, 0];
  let last = '';
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (sign === QUOTE) {
      const end = endOfString(text, at);
      last = text.slice(at, end + 1);
      at = end;
    } else if (sign === OPEN_OBJECT || sign === OPEN_ARRAY) {
      open.push(sign === OPEN_OBJECT ? new Set() : null);
      if (open.length > DEEPEST)
        throw new InvalidRequestError(`The request body is nested deeper than ${DEEPEST} levels.`);
    } else if (sign === CLOSE_OBJECT || sign === CLOSE_ARRAY) open.pop();
    else if (sign === COMMA) values += 1;
    else if (sign === COLON) {
      names += 1;
      assertKey(last, open.at(-1));
    }
    if (names > MOST || values > MOST)
      throw new InvalidRequestError(`The request body has more than ${MOST} names or values.`);
  }
}

/** Where a string ends that begins at `from`: at its closing quote, or at the end of the text where it has none. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (sign === BACKSLASH) at += 1;
    else if (sign === QUOTE) return at;
  }
  return text.length;
}

function assertKey(quoted: string, keys: Set<string> | null | undefined): void {
  let key: string;
  try {
    key = JSON.parse(quoted) as string;
  } catch {
    throw new InvalidRequestError('The request body is not valid JSON.');
  }
  if (keys?.has(key)) throw new InvalidRequestError('The request body names a key twice in one object.');
  if (isForbiddenKey(key)) throw new InvalidRequestError('The request body has a key that no object may have.');
  keys?.add(key);
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
