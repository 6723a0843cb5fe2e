import { createHash } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { BreachedPasswords } from './breached-passwords.port.js';

const PATIENCE_MS = 2_000;

/**
 * Asks a service that speaks the range API of Have I Been Pwned (haveibeenpwned.com/API/v3#PwnedPasswords): it learns the first five digits
 * of the password's SHA-1, of which hundreds of passwords have the same, and answers with the rest of all that it knows. A service that
 * does not answer keeps nobody from setting a password; the log says so.
 */
export class PwnedPasswordRanges extends BreachedPasswords {
  private readonly logger = new Logger('passwords');

  /** @param url of the ranges, for example `https://api.pwnedpasswords.com/range/`. */
  constructor(private readonly url: string) {
    super();
  }

  override async has(password: string): Promise<boolean> {
    const digest = createHash('sha1').update(password, 'utf8').digest('hex').toUpperCase();
    const [range, rest] = [digest.slice(0, 5), digest.slice(5)];
    try {
      const answer = await fetch(`${this.url.replace(/\/$/, '')}/${range}`, {
        // the length of the answer would tell of the range
        headers: { 'Add-Padding': 'true' },
        redirect: 'error',
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (!answer.ok) throw new Error(`It answered ${answer.status}.`);
      const lines = (await answer.text()).split('\n').map((line) => line.trim().split(':'));
      // what was added as padding was seen 0 times
      return lines.some(([known, times]) => known === rest && Number(times) > 0);
    } catch (error) {
      this.logger.warn({ error, duty: 'breached passwords' });
      return false;
    }
  }
}

/** Asks nobody: the installation names no list. */
export class NoBreachList extends BreachedPasswords {
  override async has(): Promise<boolean> {
    return false;
  }
}
