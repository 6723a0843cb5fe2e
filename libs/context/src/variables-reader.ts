import { createSecretKey, type KeyObject } from 'node:crypto';

/** Names and values as a process has them. */
export type Variables = Readonly<Record<string, string | undefined>>;

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
    if (url && /^postgres(ql)?:$/.test(url.protocol) && url.username) return text;
    this.problems.push(`${name} is not a connection URL. Give postgresql://user:password@host:port/database.`);
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
    if (bytes.length >= 32) return createSecretKey(bytes);
    this.problems.push(`${name} is shorter than 32 bytes. Make one with: openssl rand -base64 32`);
    return undefined;
  }
}
