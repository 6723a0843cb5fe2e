import { isDeepStrictEqual } from 'node:util';
import type { Response } from 'supertest';

/** Headers that differ from answer to answer whoever asks for what. */
const PASSING = /^(date|x-request-id|connection|keep-alive|transfer-encoding|retry-after|ratelimit.*|x-ratelimit.*)$/;

/** An answer as the wire gives it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** The body as it came. */
  readonly text: string;
}

/** What somebody could tell two answers apart by: status, headers and every byte, but not the request's own id and time. */
export interface Comparable {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Takes away from an answer what differs from request to request. */
export function comparable({ status, headers, text = '' }: Answer | Response): Comparable {
  return {
    status,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !PASSING.test(name))),
    text: text.replace(/"request_id":"[^"]*"/g, '"request_id":"…"'),
  };
}

/** In which way two answers differ, in words; undefined where nobody could tell them apart. */
export function difference(one: Answer | Response, other: Answer | Response): string | undefined {
  const [a, b] = [comparable(one), comparable(other)];
  if (a.status !== b.status) return `status ${a.status} instead of ${b.status}`;
  const names = [...new Set([...Object.keys(a.headers), ...Object.keys(b.headers)])];
  const header = names.find(
    (name) => name !== 'content-length' && !isDeepStrictEqual(a.headers[name], b.headers[name]),
  );
  if (header) return `header ${header}: ${a.headers[header]} instead of ${b.headers[header]}`;
  if (a.text !== b.text) return `body ${excerpt(a.text)} instead of ${excerpt(b.text)}`;
  return undefined;
}

function excerpt(text: string): string {
  return text.length > 160 ? `${text.slice(0, 160)}…` : text || '(empty)';
}
