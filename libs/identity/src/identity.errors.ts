import { BulkheadError, type ProblemMembers, RETRY_AFTER } from '#libs/context';

/** The email or the password is wrong. The answer is the same for a known and an unknown email. */
export class SignInRefusedError extends BulkheadError {
  static override readonly code = 'sign_in_refused';
  static override readonly status = 401;

  constructor() {
    super('The email or the password is wrong. Check both.');
  }
}

/** A user with this email exists already. */
export class EmailTakenError extends BulkheadError {
  static override readonly code = 'email_taken';
  static override readonly status = 409;

  constructor() {
    super('A user with this email exists already. Use another email.');
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

/** The token of a mail is wrong, already used, or expired. The answer is the same for each reason. */
export class MailedTokenRefusedError extends BulkheadError {
  static override readonly code = 'mailed_token_refused';
  static override readonly status = 403;

  constructor() {
    super('This link or code is wrong, already used, or expired. Request a new mail.');
  }
}

/** The current password is wrong. */
export class WrongPasswordError extends BulkheadError {
  static override readonly code = 'wrong_password';
  static override readonly status = 403;

  constructor() {
    super('The current password is wrong. Nothing was changed.');
  }
}

/** A code or the signature of a passkey is wrong, already used, or expired. The answer is the same for each reason. */
export class CodeRefusedError extends BulkheadError {
  static override readonly code = 'code_refused';
  static override readonly status = 403;

  constructor(options?: ErrorOptions) {
    super('The code or signature is wrong, already used, or expired. Try again with a new one.', {}, options);
  }
}

/** The rate limit of code attempts of the person is reached. */
export class TooManyCodesError extends BulkheadError {
  static override readonly code = 'too_many_codes';
  static override readonly status = 429;
  static override readonly members: ProblemMembers = {
    retry_after: RETRY_AFTER,
  };

  constructor(retryAfter: number) {
    super('Too many codes were tried. Wait 15 minutes, then try again.', { retry_after: retryAfter });
  }

  static override example(): TooManyCodesError {
    return new TooManyCodesError(900);
  }
}

/** The person has the maximum number of second factors. */
export class TooManyFactorsError extends BulkheadError {
  static override readonly code = 'too_many_factors';
  static override readonly status = 409;

  constructor(most: number) {
    super(`You have ${most} second factors, which is the maximum. Remove one that you do not use.`);
  }

  static override example(): TooManyFactorsError {
    return new TooManyFactorsError(10);
  }
}

/** The password cannot be removed: there is none, or no passkey to sign in with instead. */
export class PasskeyMissingError extends BulkheadError {
  static override readonly code = 'passkey_missing';
  static override readonly status = 409;

  constructor() {
    super(
      'Your password cannot be removed: you have none, or no passkey to sign in with instead. Add a passkey first.',
    );
  }
}

/** The bot challenge was not passed. */
export class ChallengeRefusedError extends BulkheadError {
  static override readonly code = 'challenge_refused';
  static override readonly status = 403;

  constructor() {
    super('The bot challenge was not passed. Reload the page and try again.');
  }
}

/** The service that verifies bot challenges does not respond. Nothing was changed. */
export class ChallengeUnavailableError extends BulkheadError {
  static override readonly code = 'challenge_unavailable';
  static override readonly status = 503;
  static override readonly members: ProblemMembers = {
    retry_after: RETRY_AFTER,
  };

  constructor(options?: ErrorOptions) {
    super('The bot challenge cannot be verified at the moment. Try again shortly.', { retry_after: 5 }, options);
  }
}

/** The person has no second factor, and recovery codes are useless without one. */
export class FactorMissingError extends BulkheadError {
  static override readonly code = 'factor_missing';
  static override readonly status = 409;

  constructor() {
    super('You have no second factor. Add one first: recovery codes come with it.');
  }
}
