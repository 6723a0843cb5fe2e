import { Injectable, type OnModuleInit } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';

/** OWASP's first recommendation for Argon2id: 19 MiB, two passes, one lane. The hash carries its parameters. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const CURRENT = `$argon2id$v=19$m=${PARAMETERS.memoryCost},t=${PARAMETERS.timeCost},p=${PARAMETERS.parallelism}$`;

/** Hashes and checks passwords with Argon2id (RFC 9106). */
@Injectable()
export class Passwords implements OnModuleInit {
  /** Checked where there is no user, so that the time of an answer does not tell. */
  private nobody = '';

  async onModuleInit(): Promise<void> {
    this.nobody = await this.hash('nobody has this password');
  }

  /** The hash of a password, with its salt and parameters. */
  hash(password: string): Promise<string> {
    return hash(password.normalize('NFKC'), PARAMETERS);
  }

  /** Whether a password belongs to a hash; takes the same time where there is none. */
  async matches(stored: string | null | undefined, password: string): Promise<boolean> {
    const right = await verify(stored ?? this.nobody, password.normalize('NFKC'), PARAMETERS);
    return right && Boolean(stored);
  }

  /** Whether a hash was made with other parameters than those of today, and is to be made anew when its password is at hand. */
  isOutdated(stored: string): boolean {
    return !stored.startsWith(CURRENT);
  }
}
