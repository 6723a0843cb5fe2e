import { BulkheadError, type ProblemMembers } from '#libs/context';

/** A role for the whole account stands beside none for single workspaces. */
export class CannotNarrowError extends BulkheadError {
  static override readonly code = 'cannot_narrow';
  static override readonly status = 409;

  constructor() {
    super(
      'Owners, Admins, and roles that let people in, change the account or read its trail, are for every workspace. Give access to all with the role, or choose another role.',
    );
  }
}

/** Somebody has the role, or is invited to it. */
export class RoleInUseError extends BulkheadError {
  static override readonly code = 'role_in_use';
  static override readonly status = 409;
  static override readonly members: ProblemMembers = {
    members: { type: 'integer', minimum: 0, description: 'Members who have it' },
    invitations: { type: 'integer', minimum: 0, description: 'Pending invitations to it' },
  };

  constructor(members: number, invitations: number) {
    super('Somebody has this role, or is invited to it. Give them another role, or take the invitations back, first.', {
      members,
      invitations,
    });
  }

  static override example(): RoleInUseError {
    return new RoleInUseError(2, 1);
  }
}

/** A role with more permissions than one's own cannot be given, taken or changed. */
export class RoleAboveOwnError extends BulkheadError {
  static override readonly code = 'role_above_own';
  static override readonly status = 403;

  constructor() {
    super('This role may do more than yours. Ask a member whose role has all of its permissions.');
  }
}

/** One's own role cannot be changed. */
export class RoleIsOwnError extends BulkheadError {
  static override readonly code = 'role_is_own';
  static override readonly status = 403;

  constructor() {
    super('You have this role yourself. Ask a member who has another one to change it.');
  }
}
