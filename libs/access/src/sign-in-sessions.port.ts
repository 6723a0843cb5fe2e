import type { Principal } from './principal.js';

/** Tells whether a person is still signed in. Bound by `libs/identity`: the directory's sessions belong there. */
export abstract class SignInSessions {
  /** When the sign-in session ends; null where it ended, expired, or its user is disabled. */
  abstract expiryOf(principal: Principal): Promise<Date | null>;
}
