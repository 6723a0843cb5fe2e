import { Injectable } from '@nestjs/common';
import { InvalidRequestError } from '#libs/http';
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';
import { BreachedPasswords } from './breached-passwords.port.js';

const SHORTEST = 12;
const LONGEST = 256;
/** Of 4: safe from guessing at sign-in and from slow guessing of a stolen hash (zxcvbn, Wheeler 2016, §5). */
const WEAKEST = 3;
/** What is estimated of a long one: the work grows faster than its length. */
const ESTIMATED = 64;
const BREACHED = 'is in a list of stolen passwords';

/**
 * Which passwords are taken: at least 12 characters, no rules of composition, none of the 49 000 commonest, and none that is
 * guessed easily by somebody who knows the person's name and address, none that was stolen somewhere (NIST SP 800-63B-4 §3.1.1.2).
 */
@Injectable()
export class PasswordRules {
  private readonly estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
  private readonly common = new Set(dictionary['passwords-common'] as string[]);

  constructor(private readonly breached: BreachedPasswords) {}

  /**
   * @param about what others know of the person: name, address.
   * @throws {InvalidRequestError} saying what is wrong with it, in the field `new_password`.
   */
  async assert(password: string, about: readonly string[]): Promise<void> {
    const normal = password.normalize('NFKC');
    const problem = this.problemOf(normal, about) ?? ((await this.breached.has(normal)) ? BREACHED : undefined);
    if (problem)
      throw new InvalidRequestError(`The password ${problem}.`, [
        { field: 'new_password', problem, pointer: '#/new_password' },
      ]);
  }

  private problemOf(password: string, about: readonly string[]): string | undefined {
    const characters = [...password].length;
    if (characters < SHORTEST) return `is shorter than ${SHORTEST} characters`;
    if (characters > LONGEST) return `is longer than ${LONGEST} characters`;
    if (this.common.has(password.toLowerCase())) return 'is one of the commonest there are';
    const known = about.flatMap((text) => [text, ...text.split(/[\s@.+_-]+/)]).filter((text) => text.length > 2);
    const { score } = this.estimator.check(password.slice(0, ESTIMATED), known);
    return score < WEAKEST ? 'is easy to guess; make it longer, of words that do not belong together' : undefined;
  }
}
