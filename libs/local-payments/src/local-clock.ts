import { writeFileSync } from 'node:fs';
import { Clock } from '#libs/billing';

/** The clock of development, which can be moved on: every process that looks at the file lives by it. */
export class LocalClock extends Clock {
  constructor(private readonly path: string) {
    super(path);
  }

  /** Moves the time of subscriptions on, never back. */
  move(days: number): Date {
    const offset = this.now().getTime() - Date.now() + days * 86_400_000;
    writeFileSync(this.path, JSON.stringify({ offset_ms: Math.round(offset) }));
    return this.now();
  }
}
