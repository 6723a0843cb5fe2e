import { BulkheadError } from '#libs/context';

/** The cell that a token names is none of ours; the client enters the account anew. */
export class WrongCellError extends BulkheadError {
  readonly code = 'account_moved';
  readonly status = 401;

  constructor() {
    super('The account is not in the cell that the token names. Enter the account again to get a fresh token.');
  }
}
