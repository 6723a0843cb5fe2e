import type { ThrottlerStorage } from '@nestjs/throttler';

type Record = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** Counted keys beyond which what has ended is forgotten. */
const TIDY_BEYOND = 10_000;

/**
 * Counts in the memory of one process, in windows that begin with the first request: one number a key. The store that comes with
 * @nestjs/throttler keeps the time of each request, and would look through 15 000 of them with every further one.
 */
export class WindowCounter implements ThrottlerStorage {
  private readonly windows = new Map<string, { hits: number; endsAt: number }>();
  private tidyAt = TIDY_BEYOND;

  async increment(key: string, ttl: number, limit: number): Promise<Record> {
    const now = Date.now();
    let window = this.windows.get(key);
    if (!window || window.endsAt <= now) {
      window = { hits: 0, endsAt: now + ttl };
      this.windows.set(key, window);
      this.tidy(now);
    }
    window.hits += 1;
    return recordOf(window.hits, Math.ceil((window.endsAt - now) / 1_000), limit);
  }

  private tidy(now: number): void {
    if (this.windows.size < this.tidyAt) return;
    for (const [key, { endsAt }] of this.windows) if (endsAt <= now) this.windows.delete(key);
    this.tidyAt = Math.max(TIDY_BEYOND, this.windows.size * 2);
  }
}

/** What a store answers with, of hits in a window that ends in so many seconds. */
export function recordOf(totalHits: number, secondsLeft: number, limit: number): Record {
  const isBlocked = totalHits > limit;
  return { totalHits, timeToExpire: secondsLeft, isBlocked, timeToBlockExpire: isBlocked ? secondsLeft : 0 };
}
