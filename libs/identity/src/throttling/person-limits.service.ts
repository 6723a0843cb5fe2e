import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Directory } from '#libs/database';
import { TooManyRequestsError } from '#libs/http';

const DAY_SECONDS = 86_400;

/** Most of what one person may do in a day, across all of their accounts: limits of an account are no limit to who opens many. */
const MAX_A_DAY = { accounts: 10, invitations: 500 } as const;

/** Limits by person. They are counted in the directory, which every process shares. */
@Injectable()
export class PersonLimits {
  constructor(private readonly directory: Directory) {}

  /**
   * Counts something that a person does.
   *
   * @param times how often at once. Default 1
   * @throws {TooManyRequestsError} beyond what one person may do in a day; it counts as well.
   */
  async count(what: keyof typeof MAX_A_DAY, userId: string, times = 1): Promise<void> {
    const key = createHash('sha256').update(`${what}:${userId}`).digest('base64url');
    const [row] = await this.directory.call('count_requests', { ofKey: key, windowSeconds: DAY_SECONDS, times });
    if ((row?.hits ?? 0) > MAX_A_DAY[what]) throw new TooManyRequestsError(Math.max(1, row?.seconds_left ?? 1));
  }
}
