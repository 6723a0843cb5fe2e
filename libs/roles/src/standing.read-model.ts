import { Injectable } from '@nestjs/common';
import { type Read, Reader } from '#libs/database';
import { STANDING, type Standing, standingIn, type StandingQuery, type StandingRow } from './standing.js';

/** Reads where a member stands, once a request. Never cached: a revocation counts from the next request. */
@Injectable()
export class StandingReadModel {
  constructor(private readonly reader: Reader) {}

  /** The standing now; null where the session, the member or the account does not count any more. */
  async read(query: Omit<StandingQuery, 'accountId'>): Promise<Standing | null> {
    const { accountSessionId, userId, signInSessionId, workspaceId } = query;
    const rows = await this.reader.inAccount<StandingRow & Record<string, unknown>>(
      STANDING,
      accountSessionId,
      userId,
      signInSessionId,
      workspaceId,
    );
    return standingIn(rows, workspaceId);
  }

  /** The same question, to be asked in the round trip of a request's first read. */
  question({ accountId, accountSessionId, userId, signInSessionId, workspaceId }: StandingQuery): Read {
    return { text: STANDING, values: [accountId, accountSessionId, userId, signInSessionId, workspaceId] };
  }
}
