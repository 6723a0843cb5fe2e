import { AssertionError } from 'node:assert';
import { newId } from '#libs/context';
import type { Response } from 'supertest';
import { difference } from './answers.js';

/**
 * Asserts that what is foreign is denied as if it did not exist: the answer for its id is the answer for an id that nothing
 * has, to the byte.
 *
 * @param send asks with an id, as somebody to whom the row is foreign; called twice.
 * @param foreignId of a row that exists; show beside it that its owner gets it.
 * @throws {AssertionError} where the two could be told apart, or where the request got through.
 */
export async function expectDenied(send: (id: string) => PromiseLike<Response>, foreignId: string): Promise<void> {
  const answer = await send(foreignId);
  if (answer.status < 400) throw new AssertionError({ message: `A foreign row was answered with ${answer.status}.` });
  const differs = difference(answer, await send(newId()));
  if (differs) throw new AssertionError({ message: `A foreign row is told from one that does not exist: ${differs}.` });
}
