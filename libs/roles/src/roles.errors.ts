import { BulkheadError } from '#libs/context';

/** A role for the whole account stands beside none for single workspaces. */
export class CannotNarrowError extends BulkheadError {
  readonly code = 'cannot_narrow';
  readonly status = 409;

  constructor() {
    super(
      'Owners, Admins, and roles that let people in, change the account or read its trail, are for every workspace. Give access to all with the role, or choose another role.',
    );
  }
}

/** Somebody has the role, or is invited to it. */
export class RoleInUseError extends BulkheadError {
  readonly code = 'role_in_use';
  readonly status = 409;

  constructor(members: number, invitations: number) {
    super('Somebody has this role, or is invited to it. Give them another role, or take the invitations back, first.', {
      members,
      invitations,
    });
  }
}
