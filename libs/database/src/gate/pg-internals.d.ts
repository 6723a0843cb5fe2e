declare module 'pg/lib/utils.js' {
  /** pg 8's conversion of a JavaScript value into what Bind carries. */
  export function prepareValue(value: unknown): string | Buffer | null;
}
