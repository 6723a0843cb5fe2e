import { createHash } from 'node:crypto';
import type { Directory } from '#libs/database';
import { recordOf } from '#libs/http';
import type { ThrottlerStorage } from '@nestjs/throttler';

const FORGET_EVERY = 1_000;

/** Counts requests in the directory, where several processes answer behind one address: one round trip a request. */
export class DirectoryCounter implements ThrottlerStorage {
  private turn = 0;

  constructor(private readonly directory: Directory) {}

  async increment(key: string, ttl: number, limit: number) {
    // addresses and sessions are counted, and nobody needs to read whose
    const hashed = createHash('sha256').update(key).digest('base64url');
    const [row] = await this.directory.call('count_request', { ofKey: hashed, windowSeconds: ttl / 1_000 });
    this.turn += 1;
    if (this.turn % FORGET_EVERY === 0) await this.directory.call('forget_request_counts');
    return recordOf(row?.hits ?? 1, row?.seconds_left ?? 0, limit);
  }
}
