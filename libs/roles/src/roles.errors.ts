import { BulkheadError, type ProblemMembers } from '#libs/context';

/** A role that applies to every workspace cannot be combined with roles for single workspaces. */
export class CannotNarrowError extends BulkheadError {
  static override readonly code = 'cannot_narrow';
  static override readonly status = 409;

  constructor() {
    super(
      'This role applies to every workspace: owner, admin, and every custom role that manages members, the account, its audit trail or billing. Give it with access to all workspaces, or choose another role.',
    );
  }
}

/** Members or invitations use the role. */
export class RoleInUseError extends BulkheadError {
  static override readonly code = 'role_in_use';
  static override readonly status = 409;
  static override readonly members: ProblemMembers = {
    members: { type: 'integer', minimum: 0, description: 'Number of members with the role' },
    invitations: { type: 'integer', minimum: 0, description: 'Number of pending invitations with the role' },
  };

  constructor(members: number, invitations: number) {
    super('Members or invitations use this role. Give those members another role, and revoke the invitations, first.', {
      members,
      invitations,
    });
  }

  static override example(): RoleInUseError {
    return new RoleInUseError(2, 1);
  }
}

/** The role has permissions that the member lacks. It cannot be given, taken or changed. */
export class RoleAboveOwnError extends BulkheadError {
  static override readonly code = 'role_above_own';
  static override readonly status = 403;

  constructor() {
    super('This role has permissions that your role lacks. Ask a member whose role has all of them.');
  }
}

/** Members cannot change the role that they have. */
export class RoleIsOwnError extends BulkheadError {
  static override readonly code = 'role_is_own';
  static override readonly status = 403;

  constructor() {
    super('You cannot change the role that you have. Ask a member with another role.');
  }
}
