import { BulkheadError, type ProblemMembers, RETRY_AFTER } from '#libs/context';

/** The gate was asked for something that it does not let through. Always a programming error. */
export class GateRefusedError extends BulkheadError {
  static override readonly code = 'gate_refused';
  static override readonly status = 500;
}

/** The server answered COMMIT with ROLLBACK: the transaction had failed before, and nothing was kept. */
export class TransactionAbortedError extends BulkheadError {
  static override readonly code = 'transaction_aborted';
  static override readonly status = 500;

  constructor() {
    super('The transaction was rolled back at COMMIT because one of its statements had failed. Nothing was saved.');
  }
}

/** No connection became free in time. */
export class DatabaseBusyError extends BulkheadError {
  static override readonly code = 'database_busy';
  static override readonly status = 503;
  static override readonly members: ProblemMembers = {
    retry_after: RETRY_AFTER,
  };

  constructor(options?: ErrorOptions) {
    super('No database connection became free in time. Try again shortly.', { retry_after: 1 }, options);
  }
}

/** The database of a cell or the directory cannot be reached. */
export class DatabaseUnavailableError extends BulkheadError {
  static override readonly code = 'database_unavailable';
  static override readonly status = 503;
  static override readonly members: ProblemMembers = {
    retry_after: RETRY_AFTER,
  };

  constructor(options?: ErrorOptions) {
    super('The database cannot be reached. Try again shortly.', { retry_after: 5 }, options);
  }
}
