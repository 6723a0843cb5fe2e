import { Injectable } from '@nestjs/common';
import { Reader } from '#libs/database';
import { STANDING, Standing, type StandingQuery, type StandingRow } from './standing.js';

/** Reads where a member stands, once a request. Never cached: a revocation counts from the next request. */
@Injectable()
export class StandingReadModel {
  constructor(private readonly reader: Reader) {}

  /** The standing now; null where the session, the member or the account does not count any more. */
  async read({
    accountSessionId,
    userId,
    signInSessionId,
    workspaceId,
  }: Omit<StandingQuery, 'accountId'>): Promise<Standing | null> {
    const [row] = await this.reader.inAccount<StandingRow & Record<string, unknown>>(
      STANDING,
      accountSessionId,
      userId,
      signInSessionId,
      workspaceId,
    );
    return row ? new Standing(row, workspaceId) : null;
  }
}
