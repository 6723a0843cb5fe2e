import { readFileSync, statSync } from 'node:fs';

/**
 * The time by which subscriptions live. In development a file can move it on, for every process that looks at it; elsewhere it
 * is the machine's.
 */
export class Clock {
  private seen = { at: 0, offset: 0 };

  /** @param file JSON `{"offset_ms": …}`; undefined for none. */
  constructor(private readonly file?: string) {}

  now(): Date {
    return new Date(Date.now() + this.offset());
  }

  private offset(): number {
    if (!this.file) return 0;
    const at = statSync(this.file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (at !== this.seen.at) this.seen = { at, offset: at ? this.read(this.file) : 0 };
    return this.seen.offset;
  }

  private read(file: string): number {
    return Number((JSON.parse(readFileSync(file, 'utf8')) as { offset_ms?: number }).offset_ms ?? 0);
  }
}
