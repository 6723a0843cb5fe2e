import { Injectable } from '@nestjs/common';
import { Directory } from '#libs/database';
import { UnauthenticatedError } from '#libs/http';
import type { Principal } from '#libs/roles';
import type { Proof } from '../sessions/sign-ins.service.js';
import { AccessTokens, type IssuedToken } from '../tokens/access-tokens.service.js';

/** One more proof of a person who is signed in. */
export interface FurtherProof extends Proof {
  /** Whether it came by mail, which is no proof after a password did. Default false. */
  readonly byMail?: boolean;
}

/** Raises a session by one more proof, and gives a token that says so, for the place where the client stands. */
@Injectable()
export class StepUp {
  constructor(
    private readonly directory: Directory,
    private readonly tokens: AccessTokens,
  ) {}

  /** @throws {UnauthenticatedError} where the sign-in has ended meanwhile. */
  async raise(principal: Principal, { methods, level, byMail = false }: FurtherProof): Promise<IssuedToken> {
    const [row] = await this.directory.call<{ methods: string[]; level: 1 | 2; authenticated_at: Date }>(
      'raise_session',
      principal.signInSessionId,
      principal.userId,
      methods,
      level,
      byMail,
    );
    if (!row) throw new UnauthenticatedError();
    const assurance = { level: row.level, methods: row.methods, at: seconds(row.authenticated_at) };
    return this.tokens.issue({ ...principal, assurance });
  }
}

function seconds(moment: Date): number {
  return Math.floor(moment.getTime() / 1_000);
}
