import { createSecretKey, type KeyObject } from 'node:crypto';

/** Names and values as a process has them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Whether a host is this machine. */
export function isHere(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/.test(host) || host.startsWith('/') || host.startsWith('%2F');
}

/** Different bytes among 32 random ones: 30 on average; fewer than 16 in none of 10^15. */
const FEWEST_BYTES = 16;

/** Collects problems instead of stopping at the first. */
export class Reader {
  readonly problems: string[] = [];
  constructor(private readonly variables: Variables) {}

  text(name: string): string | undefined;
  text(name: string, fallback: string): string;
  text(name: string, fallback?: string): string | undefined {
    const value = this.variables[name]?.trim();
    return value ? value : fallback;
  }

  /** Names of the variables that are set and match a pattern. */
  names(pattern: RegExp): readonly string[] {
    return Object.keys(this.variables).filter((name) => pattern.test(name) && this.text(name) !== undefined);
  }

  integer(name: string, fallback: number, min: number, max: number): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    this.problems.push(
      `${name} is "${text}". Give a whole number from ${min} to ${max}, or leave it out for ${fallback}.`,
    );
    return fallback;
  }

  oneOf<T extends string>(name: string, fallback: T, allowed: readonly T[]): T {
    const text = this.text(name, fallback);
    if ((allowed as readonly string[]).includes(text)) return text as T;
    this.problems.push(`${name} is "${text}". Give one of ${allowed.join(', ')}, or leave it out for ${fallback}.`);
    return fallback;
  }

  list(name: string, fallback: readonly string[]): readonly string[] {
    const text = this.text(name);
    if (text === undefined) return fallback;
    return text.split(',').flatMap((item) => (item.trim() ? [item.trim()] : []));
  }

  postgresUrl(name: string): string | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url && /^postgres(ql)?:$/.test(url.protocol) && url.username) return this.encrypted(name, url);
    this.problems.push(
      `${name} is not a connection URL. Give postgresql://user:password@host:port/database, and percent-encode special characters in the password.`,
    );
    return undefined;
  }

  /** The URL, where what goes to it over a network is encrypted, or was said not to need it. */
  private encrypted(name: string, url: URL): string {
    const mode = url.searchParams.get('sslmode');
    if (isHere(url.hostname) || this.oneOf('DATABASE_TLS', 'require', ['require', 'off']) === 'off') return url.href;
    if (mode !== 'verify-full' && mode !== 'verify-ca' && mode !== 'require')
      this.problems.push(
        `${name} leads over a network without TLS. Add ?sslmode=verify-full (and sslrootcert=…), or set DATABASE_TLS=off where nobody else is on that network.`,
      );
    return url.href;
  }

  /** Where a PostgreSQL server is, without anybody who signs in to it. */
  serverUrl(name: string): string | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url && /^postgres(ql)?:$/.test(url.protocol) && url.hostname && !url.username && !url.password)
      return this.encrypted(name, url);
    this.problems.push(
      `${name} is no address of a server. Give postgresql://host:port alone: the roles' passwords derive from SECRET_KEY, and an administrator's URL is for "bulkhead provision" (PROVISION_URL).`,
    );
    return undefined;
  }

  webUrl(name: string, protocols: readonly string[], example: string): string | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text;
    this.problems.push(`${name} is no URL of that kind. Give, for example, ${example}.`);
    return undefined;
  }

  key(name: string, text: string): KeyObject | undefined {
    const bytes = Buffer.from(text, 'base64');
    if (bytes.length >= 32 && new Set(bytes).size < FEWEST_BYTES) {
      this.problems.push(`${name} is not random. Make one with: openssl rand -base64 32`);
      return undefined;
    }
    if (bytes.length >= 32) return createSecretKey(bytes);
    this.problems.push(`${name} is shorter than 32 bytes. Make one with: openssl rand -base64 32`);
    return undefined;
  }
}
