import { BulkheadError } from '#libs/context';

/** A repository was used outside a unit of work, or in the unit of another context. Always a programming error. */
export class UnitOfWorkMissingError extends BulkheadError {
  static override readonly code = 'unit_of_work_missing';
  static override readonly status = 500;

  constructor(message = 'Repositories work inside UnitOfWork.run() only. Begin a unit of work first.') {
    super(message);
  }
}

/** A command asked for an authorization that it does not have. Always a programming error. */
export class AuthorizationMissingError extends BulkheadError {
  static override readonly code = 'authorization_missing';
  static override readonly status = 500;
}

/** A command was about to commit without an audit entry. Always a programming error; nothing was saved. */
export class EntryMissingError extends BulkheadError {
  static override readonly code = 'audit_entry_missing';
  static override readonly status = 500;

  constructor() {
    super('This command wrote no audit entry. Record one inside its unit of work; nothing was saved.');
  }
}

/** A statement on tenant tables does not name the tenant. Always a programming error. */
export class PredicateMissingError extends BulkheadError {
  static override readonly code = 'tenant_predicate_missing';
  static override readonly status = 500;

  constructor(predicate: string) {
    super(
      `A statement on tenant tables does not compare "${predicate}". Add it; the first parameters are bound to the context.`,
    );
  }
}
