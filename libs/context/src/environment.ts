import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { ConfigurationError } from './context.errors.js';
import type {
  BillingSettings,
  CellSettings,
  ChallengeSettings,
  HttpSettings,
  MailSettings,
  PaymentSettings,
  PasskeySettings,
  ServerSettings,
  SessionSettings,
  TelemetrySettings,
  TokenSettings,
} from './settings.js';
import { isHere, Reader, type Variables } from './variables-reader.js';

/** Everything that Bulkhead takes from its environment, checked. */
export interface Environment {
  readonly server: ServerSettings;
  readonly cells: readonly CellSettings[];
  /** Folder for the embedded server's data and generated secrets; absolute. */
  readonly dataDirectory: string;
  /** The installation's secret; absent only with the embedded server, which keeps its own in the data folder. */
  readonly secret: KeyObject | undefined;
  readonly http: HttpSettings;
  readonly tokens: TokenSettings;
  readonly sessions: SessionSettings;
  readonly mail: MailSettings;
  /** Wrong sign-ins from one address for one person before each further try waits longer, default 5. */
  readonly signInFreeFailures: number;
  readonly passkeys: PasskeySettings;
  /** As authenticator apps and passkeys show it. */
  readonly productName: string;
  /** A challenge at sign-up and sign-in; undefined for none. */
  readonly challenge: ChallengeSettings | undefined;
  /** Ranges of stolen passwords (Have I Been Pwned); undefined where nobody is asked. */
  readonly breachedPasswordsUrl: string | undefined;
  readonly billing: BillingSettings;
  /** Whether the API's process runs a worker beside it. */
  readonly worker: boolean;
  readonly pool: { readonly size: number; readonly transactionPooler: boolean; readonly nameStatements: boolean };
  readonly telemetry: TelemetrySettings;
  /** Where reports of vulnerabilities go: a URL. Undefined where nobody said. */
  readonly securityContact: string | undefined;
  readonly demo: { readonly load: boolean; readonly password: string | undefined };
}

const PWNED_PASSWORDS = 'https://api.pwnedpasswords.com/range/';
const TURNSTILE = 'https://challenges.cloudflare.com/turnstile/v0/siteverify';
const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'eu-west-2', 'ap-southeast-2'];

function variableOf(cell: string): string {
  return `CELL_${cell.toUpperCase().replaceAll('-', '_')}`;
}

function readCells(reader: Reader, given: boolean): CellSettings[] {
  const names = reader.list('CELLS', ['eu-west-1', 'us-east-1']);
  if (!names.length) reader.problems.push('CELLS is empty. Name at least one cell, for example eu-west-1.');
  if (new Set(names).size < names.length) reader.problems.push('CELLS names a cell twice. Name each once.');
  return names.map((name) => {
    if (!/^[a-z][a-z0-9-]{0,40}$/.test(name)) {
      reader.problems.push(`CELLS: "${name}" is no name of a cell. Use lower case letters, digits and hyphens.`);
    }
    const variable = variableOf(name);
    const region = reader.text(`${variable}_REGION`, name);
    if (!REGIONS.includes(region)) {
      reader.problems.push(`${variable}_REGION is "${region}". Give one of ${REGIONS.join(', ')}.`);
    }
    const appUrl = reader.postgresUrl(`${variable}_URL_APP`);
    const ownerUrl = reader.postgresUrl(`${variable}_URL_OWNER`);
    const workerUrl = reader.postgresUrl(`${variable}_URL_WORKER`);
    if (given && !appUrl) {
      reader.problems.push(`${variable}_URL_APP is missing. With DIRECTORY_URL_APP, every cell needs its URL.`);
    }
    const recorderUrl = reader.postgresUrl(`${variable}_URL_RECORDER`);
    return {
      name,
      region,
      ...(appUrl && { appUrl }),
      ...(ownerUrl && { ownerUrl }),
      ...(workerUrl && { workerUrl }),
      ...(recorderUrl && { recorderUrl }),
    };
  });
}

/** The port so many after that of the API: a second instance on a machine needs another PORT, and nothing else. */
function beside(httpPort: number, offset: number): number {
  return httpPort + offset <= 65_535 ? httpPort + offset : httpPort - 10 + offset;
}

function readServer(reader: Reader): ServerSettings {
  if (reader.text('PROVISION_URL'))
    reader.problems.push(
      'PROVISION_URL is an administrator’s, for "bulkhead provision" alone. Unset it: a process that serves never has it.',
    );
  const url = reader.serverUrl('DATABASE_URL');
  const directoryAppUrl = reader.postgresUrl('DIRECTORY_URL_APP');
  if (url && directoryAppUrl) {
    reader.problems.push(
      'DATABASE_URL and DIRECTORY_URL_APP are both set. Give one URL for all, or one for each role.',
    );
  }
  if (url) return { kind: 'provisioned', url };
  if (directoryAppUrl) {
    const directoryOwnerUrl = reader.postgresUrl('DIRECTORY_URL_OWNER');
    const directoryWorkerUrl = reader.postgresUrl('DIRECTORY_URL_WORKER');
    const directoryOperatorUrl = reader.postgresUrl('DIRECTORY_URL_OPERATOR');
    return {
      kind: 'given',
      directoryAppUrl,
      ...(directoryOwnerUrl && { directoryOwnerUrl }),
      ...(directoryWorkerUrl && { directoryWorkerUrl }),
      ...(directoryOperatorUrl && { directoryOperatorUrl }),
    };
  }
  if (reader.names(/^(CELL_\w+|DIRECTORY)_URL_(APP|OWNER|WORKER|RECORDER|OPERATOR)$/).length)
    reader.problems.push(
      'DIRECTORY_URL_APP is missing. With URLs of other databases and roles it is needed; without any, everything is on the embedded server.',
    );
  if (reader.text('NODE_ENV') === 'production')
    reader.problems.push(
      'NODE_ENV is production and no server is named. Set DATABASE_URL, or one URL for each role; the embedded server is for development.',
    );
  return { kind: 'embedded', port: reader.integer('EMBEDDED_POSTGRES_PORT', 0, 0, 65535) };
}

function readTokens(reader: Reader): TokenSettings {
  const keys = reader.list('TOKEN_KEYS', []).flatMap((entry) => {
    const [id = '', text = ''] = entry.split(':');
    if (!/^[\w-]{1,32}$/.test(id)) {
      reader.problems.push(
        `TOKEN_KEYS: "${id}" is no key id. Write id:base64, several with commas, the signing one first.`,
      );
      return [];
    }
    const key = reader.key(`TOKEN_KEYS: key ${id}`, text);
    return key ? [{ id, key }] : [];
  });
  return {
    issuer: reader.text('TOKEN_ISSUER', 'bulkhead'),
    audience: reader.text('TOKEN_AUDIENCE', 'bulkhead-api'),
    seconds: reader.integer('TOKEN_SECONDS', 900, 60, 3_600),
    keys,
  };
}

function readChallenge(reader: Reader): ChallengeSettings | undefined {
  const secret = reader.text('TURNSTILE_SECRET');
  const url = reader.webUrl('TURNSTILE_URL', ['http:', 'https:'], TURNSTILE);
  return secret ? { secret, url: url ?? TURNSTILE } : undefined;
}

function readProxies(reader: Reader): readonly string[] {
  const proxies = reader.list('TRUSTED_PROXIES', []);
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/');
    const most = isIP(address) === 6 ? 128 : 32;
    if (!isIP(address) || (bits !== undefined && !(/^\d+$/.test(bits) && Number(bits) <= most)))
      reader.problems.push(`TRUSTED_PROXIES: "${proxy}" is no address or network. Write 10.0.0.7 or 10.0.0.0/8.`);
  }
  return proxies;
}

function readPasskeys(reader: Reader, fallback: string): PasskeySettings {
  const origins = reader.list('PASSKEY_ORIGINS', [new URL(fallback).origin]);
  for (const origin of origins)
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      reader.problems.push(`PASSKEY_ORIGINS: "${origin}" is no origin. Write scheme and host: https://console.example`);
  const [first = ''] = origins;
  const host = URL.canParse(first) ? new URL(first).hostname : 'localhost';
  return { relyingParty: reader.text('PASSKEY_DOMAIN', host), origins };
}

/** Beside a server whose URLs were all given a worker runs by itself only where it was given its own. */
function workerByDefault(server: ServerSettings): 'on' | 'off' {
  return server.kind === 'given' && !server.directoryWorkerUrl ? 'off' : 'on';
}

function readTelemetry(
  reader: Reader,
  server: ServerSettings,
  dataDirectory: string,
  httpPort: number,
): TelemetrySettings {
  const file = reader.text('LOG_FILE', server.kind === 'embedded' ? join(dataDirectory, 'log', 'bulkhead.log') : '-');
  return {
    log: {
      level: reader.oneOf('LOG_LEVEL', 'info', ['silent', 'error', 'warn', 'info', 'debug']),
      file: file === '-' ? undefined : resolve(file),
    },
    metrics: {
      host: reader.text('METRICS_HOST', '127.0.0.1'),
      port: reader.integer('METRICS_PORT', beside(httpPort, 2), 0, 65535),
      workerPort: reader.integer('WORKER_METRICS_PORT', beside(httpPort, 3), 0, 65535),
    },
    tracing: {
      endpoint: reader.webUrl('OTEL_EXPORTER_OTLP_ENDPOINT', ['http:', 'https:'], 'http://collector.example:4318'),
      ratio: reader.integer('TRACES_PERCENT', 10, 0, 100) / 100,
    },
  };
}

function readPayments(reader: Reader, provider: 'paddle' | 'stripe'): PaymentSettings {
  const [url, key, secrets] =
    provider === 'paddle'
      ? [
          reader.webUrl('PADDLE_API_URL', ['http:', 'https:'], 'https://sandbox-api.paddle.com'),
          reader.text('PADDLE_API_KEY'),
          reader.list('PADDLE_WEBHOOK_SECRETS', []),
        ]
      : [
          reader.webUrl('STRIPE_API_URL', ['http:', 'https:'], 'https://api.stripe.com'),
          reader.text('STRIPE_API_KEY'),
          reader.list('STRIPE_WEBHOOK_SECRETS', []),
        ];
  if (key && !secrets.length) {
    const name = provider.toUpperCase();
    reader.problems.push(`${name}_WEBHOOK_SECRETS is missing. With ${name}_API_KEY, give what ${provider} signs with.`);
  }
  return { provider, url: url?.replace(/\/$/, ''), key, webhookSecrets: secrets };
}

function readBilling(
  reader: Reader,
  server: ServerSettings,
  dataDirectory: string,
  httpPort: number,
  returnUrl: string,
): BillingSettings {
  const embedded = server.kind === 'embedded';
  const chosen = reader.oneOf('BILLING_PROVIDER', embedded ? 'paddle' : 'none', ['none', 'paddle', 'stripe']);
  const plansFile = reader.text('PLANS_FILE');
  const localPort = reader.integer('LOCAL_PAYMENTS_PORT', beside(httpPort, 1), 1, 65535);
  const all = [readPayments(reader, 'paddle'), readPayments(reader, 'stripe')];
  const first = all.find(({ provider }) => provider === chosen);
  const isLocal = embedded && first !== undefined && !first.key;
  if (first && !first.key && !embedded)
    reader.problems.push(`${chosen.toUpperCase()}_API_KEY is missing. Give it, or set BILLING_PROVIDER=none.`);
  const others = all.filter(({ provider, key }) => provider !== chosen && key !== undefined);
  return {
    payments: first ? [first, ...others] : [],
    plansFile: plansFile && resolve(plansFile),
    localPort: isLocal ? localPort : undefined,
    returnUrl,
    clockFile: embedded ? join(dataDirectory, 'clock.json') : undefined,
  };
}

function readSecurityContact(reader: Reader): string | undefined {
  return reader.webUrl('SECURITY_CONTACT', ['mailto:', 'https:', 'tel:'], 'mailto:security@agency.example');
}

function readMail(reader: Reader, dataDirectory: string): MailSettings {
  const url = reader.webUrl('MAIL_URL', ['smtp:', 'smtps:'], 'smtp://user:password@host:587');
  const from = reader.text('MAIL_FROM', 'Bulkhead <no-reply@bulkhead.example>');
  if (!/^[^<>\r\n]*<[^\s@<>]+@[^\s@<>]+>$|^[^\s@<>]+@[^\s@<>]+$/.test(from))
    reader.problems.push(`MAIL_FROM is "${from}". Give an address, or: Name <address>.`);
  const consoleUrl = reader.webUrl('CONSOLE_URL', ['http:', 'https:'], 'https://console.example')?.replace(/\/$/, '');
  const tls = reader.oneOf('MAIL_TLS', 'require', ['require', 'off']);
  const requireTls = url !== undefined && tls === 'require' && !isHere(new URL(url).hostname);
  return url
    ? { kind: 'smtp', url, from, consoleUrl, requireTls }
    : { kind: 'folder', folder: join(dataDirectory, 'mail'), from, consoleUrl };
}

/**
 * Reads and checks the variables that `.env.example` documents. Where one is wrong its default stands in, so that a
 * caller can go on and look for more that is wrong; it must not start with `problems`.
 */
export function inspectEnvironment(variables: Variables): {
  readonly environment: Environment;
  readonly problems: string[];
} {
  const reader = new Reader(variables);
  const server = readServer(reader);
  const secretText = reader.text('SECRET_KEY');
  const secret = secretText === undefined ? undefined : reader.key('SECRET_KEY', secretText);
  if (secretText === undefined && server.kind !== 'embedded') {
    reader.problems.push('SECRET_KEY is missing. With a server of your own, make one with: openssl rand -base64 32');
  }
  const password = reader.text('DEMO_PASSWORD');
  if (password !== undefined && password.length < 12) {
    reader.problems.push(
      'DEMO_PASSWORD is shorter than 12 characters. Give a longer one, or leave it out for a random one.',
    );
  }
  const dataDirectory = resolve(reader.text('DATA_DIR', '.data'));
  const port = reader.integer('PORT', 3000, 1, 65535);
  const mail = readMail(reader, dataDirectory);
  const transactionPooler = reader.oneOf('DATABASE_POOLER', 'none', ['none', 'transaction']) === 'transaction';
  const environment: Environment = {
    server,
    cells: readCells(reader, server.kind === 'given'),
    dataDirectory,
    secret,
    http: {
      host: reader.text('HOST', '127.0.0.1'),
      port,
      corsOrigins: reader.list('CORS_ORIGINS', []),
      bodyLimit: reader.integer('BODY_LIMIT', 1_048_576, 1_024, 104_857_600),
      publicRequestsPerMinute: reader.integer('PUBLIC_REQUESTS_PER_MINUTE', 100, 1, 1_000_000),
      webhooksPerMinute: reader.integer('WEBHOOKS_PER_MINUTE', 600, 1, 1_000_000),
      personRequestsPerHour: reader.integer('PERSON_REQUESTS_PER_HOUR', 15_000, 1, 1_000_000_000),
      throttleStore: reader.oneOf('THROTTLE_STORE', 'memory', ['memory', 'postgres']),
      trustedProxies: readProxies(reader),
    },
    tokens: readTokens(reader),
    sessions: {
      idleSeconds: reader.integer('SESSION_IDLE_MINUTES', 120, 5, 1_440) * 60,
      mostSeconds: reader.integer('SESSION_MINUTES', 720, 15, 43_200) * 60,
    },
    mail,
    signInFreeFailures: reader.integer('SIGN_IN_FREE_FAILURES', 5, 1, 1_000_000),
    challenge: readChallenge(reader),
    breachedPasswordsUrl: reader.webUrl('BREACHED_PASSWORDS_URL', ['http:', 'https:'], PWNED_PASSWORDS),
    productName: reader.text('PRODUCT_NAME', 'Bulkhead'),
    passkeys: readPasskeys(reader, mail.consoleUrl ?? `http://localhost:${port}`),
    billing: readBilling(reader, server, dataDirectory, port, mail.consoleUrl ?? `http://localhost:${port}/docs`),
    worker: reader.oneOf('WORKER', workerByDefault(server), ['on', 'off']) === 'on',
    pool: {
      size: reader.integer('DATABASE_POOL_SIZE', 8, 1, 200),
      transactionPooler,
      nameStatements:
        reader.oneOf('DATABASE_NAMED_STATEMENTS', transactionPooler ? 'off' : 'on', ['on', 'off']) === 'on',
    },
    telemetry: readTelemetry(reader, server, dataDirectory, port),
    securityContact: readSecurityContact(reader),
    demo: {
      load: reader.oneOf('DEMO', server.kind === 'embedded' ? 'on' : 'off', ['on', 'off']) === 'on',
      password,
    },
  };
  return { environment, problems: reader.problems };
}

/**
 * {@link inspectEnvironment} for callers that look for nothing else.
 *
 * @throws {ConfigurationError} naming everything that is wrong at once.
 */
export function parseEnvironment(variables: Variables): Environment {
  const { environment, problems } = inspectEnvironment(variables);
  if (problems.length) throw new ConfigurationError(problems);
  return environment;
}

/**
 * The administrator's URL, for "bulkhead provision" alone; no environment of a process has it.
 *
 * @throws {ConfigurationError} where it is missing, no connection URL, or leads over a network without TLS.
 */
export function provisionUrlIn(variables: Variables): string {
  const reader = new Reader(variables);
  const url = reader.postgresUrl('PROVISION_URL');
  if (!url && !reader.problems.length)
    reader.problems.push(
      'PROVISION_URL is missing. Give the administrator’s: postgresql://postgres:password@host:port/postgres.',
    );
  if (!url || reader.problems.length) throw new ConfigurationError(reader.problems);
  return url;
}

/** The variables of this process, with those of a file `.env` beside it: the only place in Bulkhead that reads `process.env`. */
export function processVariables(): Variables {
  // variables that are set already win over the file
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}
