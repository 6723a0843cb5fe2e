import { createHash } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { BreachedPasswords } from './breached-passwords.port.js';

const TIMEOUT_MS = 2_000;

/**
 * Checks passwords with a service that has the range API of Have I Been Pwned (haveibeenpwned.com/API/v3#PwnedPasswords). Sends the first
 * five hex digits of the SHA-1 and compares the suffixes in the answer. If the service fails or takes longer than 2 s, the password is
 * accepted and a warning is logged.
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
        // without padding, the length of the answer reveals the range
        headers: { 'Add-Padding': 'true' },
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!answer.ok) throw new Error(`The breach list answered ${answer.status}.`);
      const lines = (await answer.text()).split('\n').map((line) => line.trim().split(':'));
      // padding has the count 0
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
