import { newId } from '#libs/context';
import type { UserSeed } from '#libs/database';
import { Factors } from './factors/factors.service.js';
import { SignIns } from './sessions/sign-ins.service.js';

/** Rows that a user has in the directory, for tests and the isolation proof. */
export const IDENTITY_SEEDS: readonly UserSeed[] = [
  {
    table: 'sign_in_sessions',
    scope: 'user',
    sow: async (app, user) =>
      (await app.get(SignIns).openForProgram(user, { requestId: newId() })).principal.signInSessionId,
  },
  // not confirmed: with a confirmed one, every request that changes factors would need it
  {
    table: 'factors',
    scope: 'user',
    sow: (app, user) => app.get(Factors).addEmail(user.id, { requestId: newId() }),
  },
];
