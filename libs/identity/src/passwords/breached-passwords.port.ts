/** Knows passwords that are known to attackers, because they were stolen somewhere (ASVS 5.0, 6.2.12). */
export abstract class BreachedPasswords {
  /** Whether a password is known; false as well where nobody could be asked. */
  abstract has(password: string): Promise<boolean>;
}
