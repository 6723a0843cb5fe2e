import type { Principal } from './principal.js';

/** Tells whether a person is still signed in. Bound by the application: the directory belongs to a library above. */
export abstract class SignInSessions {
  abstract isAlive(principal: Principal): Promise<boolean>;
}
