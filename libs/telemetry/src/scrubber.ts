/** What stands where something was taken away. */
export const SCRUBBED = '[scrubbed]';

/** Longer texts are cut: nobody reads them in a log. */
const LONGEST = 16_384;

/** Names of fields that hold secrets, wherever they stand; compared without case, hyphens and underscores. */
const SECRET_NAME =
  /passw|passphrase|^pwd$|secret|token|authorization|cookie|apikey|accesskey|privatekey|signingkey|credential|connectionstring|^dsn$|databaseurl|bearer|jwt|recoverycode|^otp$|totp|^pass$|newpass|^pw$|^pin$|^key$|^auth$|^private$|^sid$|^mail$|^card|^code$|^codes$|csrf|signature|refresh|assertion|challenge|^email$|emailaddress|mailto|^to$|^recipient/;

type Replacement = readonly [pattern: RegExp, instead: string];

// Line ends and quotes can be escaped: what is scrubbed is often JSON already. No run is without an end and no two of them can
// share what they match, so that hostile texts cost no more than others.
const VALUE = String.raw`(?:\\*"[^"]{1,500}|\\*'[^']{1,500}|[^\s"'&;,\\)}\]]{3,500})`;
const PATTERNS: readonly Replacement[] = [
  [/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,20}-----[A-Za-z0-9+/=\s\\:,-]{0,8000}/g, SCRUBBED],
  [/\botpauth:\/\/[^\s"'<>]{1,2000}/gi, SCRUBBED],
  [/\bhttps:\/\/hooks\.[^\s"'<>]{1,300}/gi, SCRUBBED],
  // user and password of a URL, to the last @ before a blank or a quote
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s"'<>]{1,300}@/gi, `$1${SCRUBBED}@`],
  [/(?<![\w-])eyJ[\w-]{6,4000}\.[\w-]{0,8000}(?:\.[\w-]{0,4000}){0,3}/g, SCRUBBED],
  [/\b(bearer|basic|digest|apikey|negotiate)(\s{1,8}|%20)[\w.~+/=-]{6,4000}/gi, `$1$2${SCRUBBED}`],
  [
    /(set-cookie|cookie|authorization|x-api-key|x-csrf-token)(\\{0,8}["']?\s{0,8}[:=]\s{0,8}\\{0,8}["']?)[^"'\r\n\\]{4,4000}/gi,
    `$1$2${SCRUBBED}`,
  ],
  [/\b(__(?:Host|Secure)-[\w-]{1,60}=)[^;\s"'\\]{1,4000}/g, `$1${SCRUBBED}`],
  // name=value and name: value, in texts, queries and connection strings
  [
    // eslint-disable-next-line security/detect-non-literal-regexp -- of a constant
    new RegExp(
      String.raw`((?:pass(?:word|wd|phrase)|pwd|secret|token|api[-_]?key|access[-_]?key|client[-_]?secret|credential)s?\\{0,8}["']?\s{0,8}(?:[=:]|=>|%3D)\s{0,8})${VALUE}`,
      'gi',
    ),
    `$1${SCRUBBED}`,
  ],
  [/([?&](?:code|state|sig|signature|key|auth|session|otp|h1)=)[^\s"'&#\\]{1,4000}/gi, `$1${SCRUBBED}`],
  [/\b(?:bh|sk|pk|rk|pat|whsec|pdl|pri|ctm)_[A-Za-z0-9+/=_-]{10,4000}/g, SCRUBBED],
  [/\b(?:AKIA|ASIA|AGPA|AIDA|AROA)[0-9A-Z]{12,200}/g, SCRUBBED],
  [
    /\b(?:gh[pousr]_|github_pat_|glpat-|npm_|dop_v1_|shpat_|xox[abeoprs]-|ya29\.|AIza|SG\.|EAAC|hf_|sq0[a-z]{3}-|key-|xapp-|GOCSPX-)[\w.-]{8,4000}/g,
    SCRUBBED,
  ],
  [/\$(?:argon2(?:id|i|d)|2[abxy]|scrypt|pbkdf2[\w-]{0,20}|[156y])\$[^\s"'\\]{8,1000}/g, SCRUBBED],
  // a context as the gate signs it
  [/\bv1\.\w{1,40}\.\w{1,40}\.\d{1,20}\.[\d-]{1,20}\.[0-9a-f]{64}/g, SCRUBBED],
  [/\b(?:[0-9a-fA-F]{64,4000}|[0-9a-fA-F]{40})\b/g, SCRUBBED],
  // mail addresses, in whatever letters, and with the @ written otherwise
  [
    /(?:"[^"\n]{1,64}"|[^\s"<>()[\]{},;:\\/@＠=?&|`*]{1,64})(?:@|＠|%40|\\{1,8}u0040)(?:[\p{L}\p{M}\p{N}-]{1,63}\.){1,8}[\p{L}\p{M}]{2,24}/gu,
    SCRUBBED,
  ],
];

const MAX_NAMES = 5_000;
const secretNames = new Map<string, boolean>();

/** Long runs of letters and digits that look drawn at random: 32 bytes in base64 have 43. */
const RANDOM = /(?<![\w/.-])[A-Za-z0-9+_/-]{40,4000}={0,2}(?![\w/.])/g;
/** Ids and our own words, of which most lines are made. */
const PLAIN = /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[a-z_]{0,39}(?:\.[a-z_]{1,39})?)$/;
const TRIGGER =
  /@|＠|%40|u0040|:\/\/|eyJ|[a-z]{2,6}_[A-Za-z0-9]|[$=:&]|-----|AKIA|ASIA|A[GIR][A-Z]A|AIza|[A-Za-z0-9+_/-]{40}|bearer|basic|digest|apikey|negotiate|glpat|xox|xapp|key-|sq0|ya29|SG\.|EAAC|GOCSPX|npm_|hf_/i;

/**
 * A text without what looks like a mail address, JWT, API key, webhook secret, bearer token, cookie, password, connection string
 * or key. Takes away too much rather than too little.
 */
export function scrubText(text: string): string {
  if (PLAIN.test(text) || !TRIGGER.test(text)) return text;
  let clean = text.length > LONGEST ? `${text.slice(0, LONGEST)} … [cut]` : text;
  for (const [pattern, instead] of PATTERNS) clean = clean.replace(pattern, instead);
  return clean.replace(RANDOM, (run) => (looksRandom(run) ? SCRUBBED : run));
}

/**
 * A value without what its names say is secret, and with {@link scrubText} over every other text in it. Errors become their
 * name, message, code and stack, with what caused them; of no value more than 8 levels are looked at.
 */
export function scrub(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return scrubText(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value;
  if (depth > 8) return '[too deep]';
  if (value instanceof Date) return value;
  if (Buffer.isBuffer(value) || ArrayBuffer.isView(value)) return '[bytes]';
  if (isError(value)) return scrubError(value, depth);
  if (Array.isArray(value)) return value.map((one) => scrub(one, depth + 1));
  if (value instanceof Map) return scrub(Object.fromEntries(value), depth);
  if (value instanceof Set) return scrub([...value], depth);
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      scrubText(name),
      isSecretName(name) && one !== null && typeof one !== 'boolean' ? SCRUBBED : scrub(one, depth + 1),
    ]),
  );
}

/** Whether a field of this name is taken to hold a secret. */
function isSecretName(name: string): boolean {
  const known = secretNames.get(name);
  if (known !== undefined) return known;
  const isSecret = SECRET_NAME.test(name.replaceAll(/[-_]/g, '').toLowerCase());
  // names can come from outside; those of ours are seen first
  if (secretNames.size < MAX_NAMES) secretNames.set(name, isSecret);
  return isSecret;
}

function scrubError(error: Error, depth: number) {
  const { name, message, stack, cause } = error;
  // other properties can hold rows: pg puts them into detail and where
  const { code, errors } = error as { code?: unknown; errors?: unknown };
  return {
    name,
    message: scrubText(message),
    ...(typeof code === 'string' && { code: scrubText(code) }),
    ...(stack && { stack: scrubText(stack) }),
    ...(Array.isArray(errors) && { errors: errors.map((one) => scrub(one, depth + 1)) }),
    ...(cause !== undefined && { cause: scrub(cause, depth + 1) }),
  };
}

function isError(value: object): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}

function looksRandom(run: string): boolean {
  return /\d/.test(run) && /[a-z]/.test(run) && /[A-Z]/.test(run);
}
