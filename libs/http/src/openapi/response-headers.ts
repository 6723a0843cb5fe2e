const text = (description: string, example: string) => ({ description, schema: { type: 'string' }, example });

/** Headers of answers, as components of the document. */
export const RESPONSE_HEADERS = {
  'X-Request-Id': text(
    'Id of the request, as the log and the audit trail have it',
    '0198f0a2-7c4e-7d4b-9a35-3f1f0f6f2b11',
  ),
  RateLimit: text(
    'Requests left in the window, and seconds until it ends; absent on operations without a rate limit',
    '"person";r=14999;t=3600',
  ),
  'RateLimit-Policy': text('The limit, and the length of its window in seconds', '"person";q=15000;w=3600'),
  'Retry-After': {
    description: 'Seconds until the request may be repeated',
    schema: { type: 'integer', minimum: 0 },
    example: 30,
  },
  'WWW-Authenticate': text('The scheme of authentication', 'Bearer'),
  ETag: text(
    'Version of the object; on a GET also a hash of the body. Send it as If-Match to change the object, or as If-None-Match to ask whether it changed',
    '"v3-5f0Qb1mZr8sKx2Lw"',
  ),
  'Idempotent-Replayed': text('`true` where the answer was kept from an earlier request with the same key', 'true'),
  'Set-Cookie': text('The cookie of the browser', '__Host-bulkhead=…; Path=/; HttpOnly; Secure; SameSite=Strict'),
} as const;

/** Name of a header of an answer. */
export type ResponseHeader = keyof typeof RESPONSE_HEADERS;

/** Returns references to response headers, by name. */
export function headersNamed(names: readonly ResponseHeader[]): Record<string, { $ref: string }> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
