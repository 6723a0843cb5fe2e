// How names, types and comments of a catalog are written in TypeScript.

const TYPES = {
  bigint: 'string',
  boolean: 'boolean',
  bytea: 'Buffer',
  date: 'string',
  'double precision': 'number',
  inet: 'string',
  integer: 'number',
  jsonb: 'unknown',
  numeric: 'string',
  real: 'number',
  text: 'string',
  'timestamp with time zone': 'Date',
  uuid: 'string',
};

/** The type of a value as the driver gives it; a bigint or numeric is a text. @throws {Error} for a type that has none here. */
export function typeOf(sqlType) {
  const element = sqlType.replace(/\[\]$/, '');
  const type = TYPES[element];
  if (!type) throw new Error(`${sqlType} has no type in scripts/types/catalog-words.mjs.`);
  return element === sqlType ? type : `readonly ${type}[]`;
}

/** Returns `source_url` as `sourceUrl`, as camelCased() of libs/http does. */
export function camelCase(name) {
  return name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
}

/** Divides a comment, `class=none; the tenant`, into its facts and its words. */
export function described(comment) {
  const parts = (comment ?? '').split('; ');
  const isFact = (part) => /^\w+=/.test(part);
  return {
    facts: Object.fromEntries(parts.filter(isFact).map((part) => part.split('='))),
    words: parts.filter((part) => !isFact(part)).join('; '),
  };
}

/** A line of documentation, with a capital and a full stop. */
export function docLine(words, indent) {
  if (!words) return '';
  const text = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  return `${indent}/** ${/[.?!]$/.test(text) ? text : `${text}.`} */\n`;
}
