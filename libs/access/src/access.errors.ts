import { BulkheadError, type ProblemMembers } from '#libs/context';
import { rolesWith } from '#libs/roles';

/** The member's role lacks a permission. Names the permission and the roles that have it, never people. */
export class PermissionMissingError extends BulkheadError {
  static override readonly code = 'permission_missing';
  static override readonly status = 403;
  static override readonly members: ProblemMembers = {
    permission: { type: 'string', description: 'The permission that your role lacks' },
    roles: { type: 'array', items: { type: 'string' }, description: 'The built-in roles that have the permission' },
  };

  constructor(permission: string) {
    super(`Your role lacks the permission ${permission}. Ask a member with one of the roles in "roles".`, {
      permission,
      roles: rolesWith(permission),
    });
  }

  static override example(): PermissionMissingError {
    return new PermissionMissingError('documents.write');
  }
}

/** The account is read-only: payment is due, or it uses more than its plan includes. */
export class AccountReadOnlyError extends BulkheadError {
  static override readonly code = 'account_read_only';
  static override readonly status = 403;
  static override readonly members: ProblemMembers = {
    roles: { type: 'array', items: { type: 'string' }, description: 'The built-in roles that can pay' },
  };

  constructor() {
    super(
      'This account is read-only: payment is due, or it uses more than its plan includes. Ask a member with a role in "roles" to update billing. GET /v1/account/subscription and /v1/account/usage show the state.',
      { roles: rolesWith('billing.manage') },
    );
  }
}

/** The operation needs a more recent or a stronger authentication (RFC 9470). */
export class StepUpNeededError extends BulkheadError {
  static override readonly code = 'step_up_needed';
  static override readonly status = 403;
  static override readonly members: ProblemMembers = {
    acr: {
      type: 'string',
      description: 'The authentication level that is needed: 1 a password or passkey, 2 a second factor',
    },
    max_age: {
      type: 'integer',
      minimum: 0,
      maximum: 86_400,
      description: 'Seconds that the authentication may be old',
    },
  };

  constructor(level: 1 | 2, maxAge: number) {
    super(
      'This operation requires a recent authentication. Authenticate again: POST /v1/me/second-factor, or POST /v1/me/reauthentication with the password if you have no second factor.',
      { acr: String(level), max_age: maxAge },
    );
  }

  static override example(): StepUpNeededError {
    return new StepUpNeededError(2, 600);
  }
}

/** The access token is not for an account. */
export class AccountNotEnteredError extends BulkheadError {
  static override readonly code = 'account_not_entered';
  static override readonly status = 409;

  constructor() {
    super('Your access token is not for an account. Enter one: POST /v1/me/accounts/{accountId}/enter');
  }
}

/** The access token is not for this workspace, which the member may enter. */
export class WorkspaceNotEnteredError extends BulkheadError {
  static override readonly code = 'workspace_not_entered';
  static override readonly status = 409;

  constructor() {
    super('Your access token is not for this workspace. Enter it: POST /v1/account/workspaces/{workspaceId}/enter');
  }
}

/** Entering this account or workspace requires a second factor. */
export class SecondFactorNeededError extends BulkheadError {
  static override readonly code = 'second_factor_needed';
  static override readonly status = 403;
  static override readonly members: ProblemMembers = {
    acr: { type: 'string', description: 'The authentication level that is needed: always 2' },
  };

  constructor() {
    super(
      'A second factor is required. Use it: POST /v1/me/second-factor. If you have none, enrol one: POST /v1/me/factors/totp.',
      { acr: '2' },
    );
  }
}

/** The account is passwordless. */
export class PasswordNotAllowedError extends BulkheadError {
  static override readonly code = 'password_not_allowed';
  static override readonly status = 403;

  constructor() {
    super(
      'This account does not allow passwords. Add a passkey, remove your password (DELETE /v1/me/password), and sign in with the passkey.',
    );
  }
}
