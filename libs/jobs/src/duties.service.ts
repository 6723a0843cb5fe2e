import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { StructuredLog, Tracing } from '#libs/telemetry';
import { dutyOf } from './duty.decorator.js';

/** A duty of this process, bound to its provider. */
export interface BoundDuty {
  readonly name: string;
  /** Seconds to wait after a round in which there was nothing to do. */
  readonly everySeconds: number;
  /** Does what is due. @returns how many things that were */
  run(signal: AbortSignal): Promise<number>;
}

const DEFAULT_SECONDS = 1;

/** The duties of every provider in the process; see {@link Duty}. */
@Injectable()
export class Duties {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly log: StructuredLog,
    private readonly tracing: Tracing,
  ) {}

  /** Every duty, by name. */
  all(): BoundDuty[] {
    return this.discovery
      .getProviders()
      .flatMap(({ instance }) => (instance && typeof instance === 'object' ? this.of(instance) : []))
      .sort((one, other) => one.name.localeCompare(other.name));
  }

  /** Performs every duty until the signal is aborted, each independently of the others. An error is logged and reported; its duty goes on. */
  async perform(signal: AbortSignal): Promise<void> {
    await Promise.all(this.all().map((duty) => this.repeat(duty, signal)));
  }

  private of(instance: object): BoundDuty[] {
    return this.scanner.getAllMethodNames(Object.getPrototypeOf(instance)).flatMap((method) => {
      const run = (instance as Record<string, unknown>)[method];
      const options = dutyOf(run);
      if (!options) return [];
      const { name, everySeconds = DEFAULT_SECONDS } = options;
      return [{ name, everySeconds, run: (signal) => (run as BoundDuty['run']).call(instance, signal) }];
    });
  }

  private async repeat({ name, everySeconds, run }: BoundDuty, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const done = await run(signal).catch((error: unknown) => {
        this.log.error({ error, duty: name });
        this.tracing.recordFailure(`duty ${name}`, error);
        return 0;
      });
      if (!done) await sleep(everySeconds * 1_000, undefined, { signal }).catch(() => undefined);
    }
  }
}
