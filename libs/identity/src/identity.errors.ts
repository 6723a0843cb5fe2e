import { BulkheadError, type ProblemMembers, RETRY_AFTER } from '#libs/context';

/** Address and password do not belong together; one answer whether the address is known or not. */
export class SignInRefusedError extends BulkheadError {
  static override readonly code = 'sign_in_refused';
  static override readonly status = 401;

  constructor() {
    super('Address and password do not belong together. Check both.');
  }
}

/** Someone has this address already. */
export class AddressTakenError extends BulkheadError {
  static override readonly code = 'address_taken';
  static override readonly status = 409;

  constructor() {
    super('There is a user with this address already. Use another address.');
  }
}

/** A request with a cookie has no valid CSRF token. */
export class CsrfRefusedError extends BulkheadError {
  static override readonly code = 'csrf_refused';
  static override readonly status = 403;

  constructor() {
    super(
      'The CSRF token is missing or wrong. Get it from GET /v1/browser-sessions/current and send it as X-CSRF-Token.',
    );
  }
}

/** What a mail carried is wrong, was used, or is too old; one answer for all three. */
export class MailedTokenRefusedError extends BulkheadError {
  static override readonly code = 'mailed_token_refused';
  static override readonly status = 403;

  constructor() {
    super('This link or code is wrong, was used already, or is too old. Ask for a new mail.');
  }
}

/** The current password was asked for, and this is another one. */
export class WrongPasswordError extends BulkheadError {
  static override readonly code = 'wrong_password';
  static override readonly status = 403;

  constructor() {
    super('The current password is wrong. Nothing has changed.');
  }
}

/** A code, or what a passkey has signed, is wrong, was used, or is too old; one answer for every reason. */
export class CodeRefusedError extends BulkheadError {
  static override readonly code = 'code_refused';
  static override readonly status = 403;

  constructor(options?: ErrorOptions) {
    super('This proof is wrong, was used already, or is too old. Try again with a new one.', {}, options);
  }
}

/** Too many codes were tried for one person. */
export class TooManyCodesError extends BulkheadError {
  static override readonly code = 'too_many_codes';
  static override readonly status = 429;
  static override readonly members: ProblemMembers = {
    retry_after: RETRY_AFTER,
  };

  constructor(retryAfter: number) {
    super('Too many codes were tried. Wait 15 minutes, then ask for a new code.', { retry_after: retryAfter });
  }

  static override example(): TooManyCodesError {
    return new TooManyCodesError(900);
  }
}

/** A person has as many factors as they may have. */
export class TooManyFactorsError extends BulkheadError {
  static override readonly code = 'too_many_factors';
  static override readonly status = 409;

  constructor(most: number) {
    super(`At most ${most} factors. Remove one that you do not use.`);
  }

  static override example(): TooManyFactorsError {
    return new TooManyFactorsError(10);
  }
}

/** Doing without a password needs a passkey, and a password to do without. */
export class PasskeyMissingError extends BulkheadError {
  static override readonly code = 'passkey_missing';
  static override readonly status = 409;

  constructor() {
    super('There is no password to remove, or no passkey to sign in with instead. Add a passkey first.');
  }
}

/** The bot challenge was not met. */
export class ChallengeRefusedError extends BulkheadError {
  static override readonly code = 'challenge_refused';
  static override readonly status = 403;

  constructor() {
    super('The bot challenge was not passed. Reload the page and try again.');
  }
}

/** Nobody could be asked about a bot challenge; nothing was done. */
export class ChallengeUnavailableError extends BulkheadError {
  static override readonly code = 'challenge_unavailable';
  static override readonly status = 503;
  static override readonly members: ProblemMembers = {
    retry_after: RETRY_AFTER,
  };

  constructor(options?: ErrorOptions) {
    super('The challenge could not be checked just now. Try again shortly.', { retry_after: 5 }, options);
  }
}

/** Codes to recover with are of use beside a factor alone. */
export class FactorMissingError extends BulkheadError {
  static override readonly code = 'factor_missing';
  static override readonly status = 409;

  constructor() {
    super('There is no second factor to recover. Add one first; codes to recover with come with it.');
  }
}
