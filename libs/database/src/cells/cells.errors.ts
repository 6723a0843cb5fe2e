import { BulkheadError } from '#libs/context';

/** The access token names a cell that does not hold the account. Enter the account again. */
export class WrongCellError extends BulkheadError {
  static override readonly code = 'account_moved';
  static override readonly status = 401;

  constructor() {
    super('The account is not in the cell that the token names. Enter the account again to get a fresh token.');
  }
}
