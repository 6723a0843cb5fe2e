import { BulkheadError } from '#libs/context';

/** Address and password do not belong together; one answer whether the address is known or not. */
export class SignInRefusedError extends BulkheadError {
  readonly code = 'sign_in_refused';
  readonly status = 401;

  constructor() {
    super('Address and password do not belong together. Check both.');
  }
}

/** Someone has this address already. */
export class AddressTakenError extends BulkheadError {
  readonly code = 'address_taken';
  readonly status = 409;

  constructor() {
    super('There is a user with this address already. Use another address.');
  }
}

/** A cookie came without the token that only our own pages have. */
export class CsrfRefusedError extends BulkheadError {
  readonly code = 'csrf_refused';
  readonly status = 403;

  constructor() {
    super(
      'The CSRF token is missing or wrong. Get it from GET /v1/browser-sessions/current and send it as X-CSRF-Token.',
    );
  }
}
