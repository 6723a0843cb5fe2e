import { type LoggerService } from '@nestjs/common';
import { destination, type Logger, pino } from 'pino';
import { scrub, scrubText } from './scrubber.js';

/** How much is logged, and where to. */
export interface LogSettings {
  readonly level: 'silent' | 'error' | 'warn' | 'info' | 'debug';
  /** A file to append to, or the number of one that is open; standard output by default. */
  readonly file: string | number | undefined;
}

/**
 * The structured log: one JSON object a line, scrubbed by the names of its fields and by pattern. A log that cannot
 * be written neither stops nor fails what is logged; {@link failures} counts it.
 */
export class StructuredLog implements LoggerService {
  /** Writes of the log that failed since the start, and the message of the last. */
  readonly failures = { count: 0, last: '' };
  private readonly logger: Logger;
  private readonly sink: ReturnType<typeof destination>;

  /** @param program which one it is: `api`, `worker`. */
  constructor({ level, file }: LogSettings, program: string) {
    // not by each line: a busy API would wait for its terminal. What a crash can lose of it, the table has (ADR 17)
    this.sink = destination({ dest: file ?? 1, sync: false, minLength: 0, mkdir: true, mode: 0o600 });
    this.sink.on('error', (error: Error) => this.failed(error));
    this.logger = pino(
      {
        level,
        base: { program },
        timestamp: () => `,"at":"${new Date().toISOString()}"`,
        messageKey: 'message',
        formatters: { level: (label) => ({ level: label }) },
      },
      this.sink,
    );
  }

  /** Writes one line about something with fields of its own. */
  write(level: 'info' | 'warn' | 'error' | 'debug', fields: Readonly<Record<string, unknown>>, message: string): void {
    if (!this.logger.isLevelEnabled(level)) return;
    try {
      this.logger[level](scrub(fields) as object, scrubText(message));
    } catch (error) {
      this.failed(error as Error);
    }
  }

  /** What Nest tells of its start is of interest to whoever looks for a fault. */
  log(message: unknown, ...more: unknown[]): void {
    this.fromNest('debug', message, more);
  }

  error(message: unknown, ...more: unknown[]): void {
    this.fromNest('error', message, more);
  }

  warn(message: unknown, ...more: unknown[]): void {
    this.fromNest('warn', message, more);
  }

  debug(message: unknown, ...more: unknown[]): void {
    this.fromNest('debug', message, more);
  }

  verbose(message: unknown, ...more: unknown[]): void {
    this.fromNest('debug', message, more);
  }

  fatal(message: unknown, ...more: unknown[]): void {
    this.fromNest('error', message, more);
  }

  /** Writes out what is still held. */
  flush(): void {
    try {
      this.sink.flushSync();
    } catch (error) {
      // a sink that never opened has nothing to write out
      this.failed(error as Error);
    }
  }

  // Nest gives the name of the one who logs last, and the stack of an error before it
  private fromNest(level: 'info' | 'warn' | 'error' | 'debug', message: unknown, more: unknown[]): void {
    const source = more.length && typeof more.at(-1) === 'string' ? { source: more.at(-1) } : {};
    const [stack] = more.length > 1 ? more : [];
    const details = typeof stack === 'string' ? { stack } : {};
    const text = typeof message === 'string' ? message : level;
    const fields = text === message ? {} : message instanceof Error ? { error: message } : Object(message);
    this.write(level, { ...source, ...details, ...fields }, text);
  }

  private failed(error: Error): void {
    this.failures.count += 1;
    this.failures.last = scrubText(error.message);
  }
}
