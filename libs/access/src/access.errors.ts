import { BulkheadError } from '#libs/context';
import { rolesWith } from '#libs/roles';

/** The member's role lacks a permission. Names the permission and the roles that have it, never people. */
export class PermissionMissingError extends BulkheadError {
  readonly code = 'permission_missing';
  readonly status = 403;

  constructor(permission: string) {
    super(`Your role lacks the permission ${permission}. Ask a member with one of the roles in "roles".`, {
      permission,
      roles: rolesWith(permission),
    });
  }
}

/** The account is read-only until it is paid for. */
export class AccountReadOnlyError extends BulkheadError {
  readonly code = 'account_read_only';
  readonly status = 403;

  constructor() {
    super(
      'This account can only be read until it is paid for, or holds no more than is paid for. A member with one of the roles in "roles" can: GET /v1/account/subscription and /v1/account/usage say how it stands.',
      { roles: rolesWith('billing.manage') },
    );
  }
}

/** A role with more permissions than one's own cannot be given, taken or changed. */
export class RoleAboveOwnError extends BulkheadError {
  readonly code = 'role_above_own';
  readonly status = 403;

  constructor() {
    super('This role may do more than yours. Ask a member whose role has all of its permissions.');
  }
}

/** One's own role cannot be changed. */
export class RoleIsOwnError extends BulkheadError {
  readonly code = 'role_is_own';
  readonly status = 403;

  constructor() {
    super('You have this role yourself. Ask a member who has another one to change it.');
  }
}

/** The operation needs a more recent or a stronger authentication (RFC 9470). */
export class StepUpNeededError extends BulkheadError {
  readonly code = 'step_up_needed';
  readonly status = 403;

  constructor(level: 1 | 2, maxAge: number) {
    super(
      'Prove again who you are: POST /v1/me/second-factor, or POST /v1/me/reauthentication with the password if you have no factor.',
      { acr: String(level), max_age: maxAge },
    );
  }
}

/** The token has no account yet. */
export class AccountNotEnteredError extends BulkheadError {
  readonly code = 'account_not_entered';
  readonly status = 409;

  constructor() {
    super('Your token is for no account yet. Enter one: POST /v1/me/accounts/{accountId}/enter');
  }
}

/** The member may enter this workspace, and the token has not. */
export class WorkspaceNotEnteredError extends BulkheadError {
  readonly code = 'workspace_not_entered';
  readonly status = 409;

  constructor() {
    super('Your token has not entered this workspace. Enter it: POST /v1/account/workspaces/{workspaceId}/enter');
  }
}

/** Entering this account or workspace requires a second factor. */
export class SecondFactorNeededError extends BulkheadError {
  readonly code = 'second_factor_needed';
  readonly status = 403;

  constructor() {
    super(
      'A second factor is needed here. Prove it: POST /v1/me/second-factor; or add one first: POST /v1/me/factors/totp.',
      { acr: '2' },
    );
  }
}

/** The account is passwordless. */
export class PasswordNotAllowedError extends BulkheadError {
  readonly code = 'password_not_allowed';
  readonly status = 403;

  constructor() {
    super(
      'This account does without passwords. Add a passkey, remove your password (DELETE /v1/me/password), and sign in with the passkey.',
    );
  }
}
