import type { INestApplicationContext } from '@nestjs/common';
import { newId } from '#libs/context';
import { Factors, SignIns, type User } from '#libs/identity';

/**
 * How a person gets a row of one table of the directory. A new table of what people have needs one line as soon as an operation
 * names a row of it, or the isolation proof asks for it.
 */
export interface PersonSeed {
  readonly table: string;
  /** Makes one row of a person and returns its id. */
  sow(app: INestApplicationContext, user: User): Promise<string>;
}

/** The seeds of what people have in the directory. */
export const PERSON_SEEDS: readonly PersonSeed[] = [
  {
    table: 'sign_in_sessions',
    sow: async (app, user) =>
      (await app.get(SignIns).openForProgram(user, { requestId: newId() })).principal.signInSessionId,
  },
  // one that was begun: whoever has one that counts needs it for whatever changes them
  { table: 'factors', sow: (app, user) => app.get(Factors).addEmail(user.id, { requestId: newId() }) },
];
