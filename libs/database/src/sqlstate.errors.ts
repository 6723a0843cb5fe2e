import { BulkheadError, NotFoundError, type ProblemMembers, RETRY_AFTER } from '#libs/context';
import { QueryFailedError, QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { DatabaseUnavailableError } from './gate/gate.errors.js';

/** An object with the same unique value exists already. */
export class AlreadyExistsError extends BulkheadError {
  static override readonly code = 'already_exists';
  static override readonly status = 409;

  constructor(options?: ErrorOptions) {
    super('An object with the same unique value exists already. Choose another value.', {}, options);
  }
}

/** A text has more different words than full-text search can index. */
export class TextNotIndexableError extends BulkheadError {
  static override readonly code = 'text_not_indexable';
  static override readonly status = 422;

  constructor(options?: ErrorOptions) {
    super('The text has too many different words for full-text search. Split it into several documents.', {}, options);
  }
}

/** A value breaks a rule that the database holds. */
export class ValueRefusedError extends BulkheadError {
  static override readonly code = 'value_refused';
  static override readonly status = 500;

  constructor(options?: ErrorOptions) {
    super(
      'The database rejects a value that passed validation. This is a defect of the application; nothing was changed.',
      {},
      options,
    );
  }
}

/** The account would be left without an owner. */
export class LastOwnerError extends BulkheadError {
  static override readonly code = 'last_owner';
  static override readonly status = 409;

  constructor(options?: ErrorOptions) {
    super('An account needs at least one owner. Make another member an owner first.', {}, options);
  }
}

/** An account belongs in the cell of its region, and this is another. */
export class WrongRegionError extends BulkheadError {
  static override readonly code = 'wrong_region';
  static override readonly status = 500;

  constructor(options?: ErrorOptions) {
    super('The region of the account is not the region of this cell. Choose a cell of its region.', {}, options);
  }
}

/** The database did not accept the tenant context: forged, expired, or of another connection. Never an empty answer. */
export class ContextRejectedError extends BulkheadError {
  static override readonly code = 'context_rejected';
  static override readonly status = 503;
  static override readonly members: ProblemMembers = {
    retry_after: RETRY_AFTER,
  };

  constructor(options?: ErrorOptions) {
    super(
      'The database refused the tenant context. Try again; if it stays, compare the clocks of application and database.',
      { retry_after: 1 },
      options,
    );
  }
}

/** The database refused what the application should not have asked. */
export class RefusedByDatabaseError extends BulkheadError {
  static override readonly code = 'refused_by_database';
  static override readonly status = 500;

  constructor(options?: ErrorOptions) {
    super(
      'The database refused this statement. This is a defect of the application; nothing was changed.',
      {},
      options,
    );
  }
}

/** Another request held a lock that this request needs for too long. */
export class ContendedError extends BulkheadError {
  static override readonly code = 'contended';
  static override readonly status = 503;
  static override readonly members: ProblemMembers = {
    retry_after: RETRY_AFTER,
  };

  constructor(options?: ErrorOptions) {
    super(
      'Another request is changing the same object. Nothing was changed. Try again shortly.',
      { retry_after: 1 },
      options,
    );
  }
}

type ErrorClass = new (options?: ErrorOptions) => BulkheadError;

const BY_CONSTRAINT: Readonly<Record<string, ErrorClass>> = {
  members_keep_an_owner: LastOwnerError,
  accounts_data_region_of_cell: WrongRegionError,
};

// PostgreSQL 18 manual, appendix A
const BY_STATE: Readonly<Record<string, ErrorClass>> = {
  '23505': AlreadyExistsError,
  '23503': NotFoundError,
  '23502': ValueRefusedError,
  '23514': ValueRefusedError,
  '22001': ValueRefusedError,
  '22P02': ValueRefusedError,
  '22003': ValueRefusedError,
  '22021': ValueRefusedError,
  // program_limit_exceeded: of what clients send, only the words of a text reach a limit (a tsvector of 1 MB)
  '54000': TextNotIndexableError,
  '42501': RefusedByDatabaseError,
  '40001': ContendedError,
  '40P01': ContendedError,
  '55P03': ContendedError,
  '57014': ContendedError,
  '57P01': DatabaseUnavailableError,
  '57P02': DatabaseUnavailableError,
  '57P03': DatabaseUnavailableError,
  '53100': DatabaseUnavailableError,
  '53200': DatabaseUnavailableError,
  '53300': DatabaseUnavailableError,
};

interface ServerError {
  readonly code?: unknown;
  readonly constraint?: string;
  readonly message?: string;
}

function serverErrorOf(error: unknown): ServerError {
  return (error instanceof QueryFailedError ? error.driverError : error) as ServerError;
}

/** The SQLSTATE of an error of the server, wrapped by TypeORM or not; undefined for any other error. */
function sqlStateOf(error: unknown): string | undefined {
  const { code } = Object(serverErrorOf(error)) as ServerError;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** Whether two commands ran into each other and the server undid this one: serialization_failure, deadlock_detected. */
export function isRetriable(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === '40001' || state === '40P01';
}

/**
 * Turns an error of the server into one of ours: the only place that knows SQLSTATE codes and names of constraints. What
 * the server said stays in `cause`; its detail names rows and must not reach a client.
 */
export function translateDatabaseError(error: unknown): unknown {
  if (error instanceof BulkheadError) return error;
  // TypeORM gives a connection up as soon as it hears that it was lost, in the middle of whatever uses it
  if (error instanceof QueryRunnerAlreadyReleasedError || error instanceof QueryRunnerProviderAlreadyReleasedError)
    return new DatabaseUnavailableError({ cause: error });
  const told = serverErrorOf(error);
  if (told instanceof BulkheadError) return told;
  const state = sqlStateOf(error);
  if (!state) return error;
  const { constraint = '', message = '' } = told;
  if (state === '42501' && message.includes('context_rejected')) return new ContextRejectedError({ cause: error });
  // class 08, connection exceptions: what a pooler says of a server that went away
  const Class =
    BY_CONSTRAINT[constraint] ?? BY_STATE[state] ?? (state.startsWith('08') ? DatabaseUnavailableError : undefined);
  return Class ? new Class({ cause: error }) : error;
}
