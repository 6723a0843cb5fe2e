import { BulkheadError, type ProblemMembers, RETRY_AFTER } from '#libs/context';

/** The installation has no cell in the region. */
export class RegionUnknownError extends BulkheadError {
  static override readonly code = 'region_unknown';
  static override readonly status = 422;
  static override readonly members: ProblemMembers = {
    regions: { type: 'array', items: { type: 'string' }, description: 'The regions of this installation' },
  };

  constructor(regions: readonly string[]) {
    super(`This installation has no cell in this region. Choose one of ${regions.join(', ')}.`, {
      regions,
    });
  }

  static override example(): RegionUnknownError {
    return new RegionUnknownError(['eu-west-1', 'us-east-1']);
  }
}

/** A member of the account has this email. */
export class AlreadyMemberError extends BulkheadError {
  static override readonly code = 'already_member';
  static override readonly status = 409;

  constructor() {
    super('A member of the account already has this email. Change their role instead.');
  }
}

/** The email has an invitation that is neither accepted nor revoked. */
export class AlreadyInvitedError extends BulkheadError {
  static override readonly code = 'already_invited';
  static override readonly status = 409;

  constructor() {
    super('This email is already invited. Send the invitation again, or revoke it and create a new one.');
  }
}

/** The invitation is already accepted or revoked. */
export class InvitationSettledError extends BulkheadError {
  static override readonly code = 'invitation_settled';
  static override readonly status = 409;

  constructor(status: string) {
    super(`The invitation is already ${status}. Create a new one.`);
  }

  static override example(): InvitationSettledError {
    return new InvitationSettledError('accepted');
  }
}

/** The invitation is for another email than that of the signed-in user. It remains valid. */
export class InvitationForAnotherError extends BulkheadError {
  static override readonly code = 'invitation_for_another';
  static override readonly status = 403;

  constructor() {
    super(
      'This invitation is for another email. Sign in with the email that it was sent to, or ask for an invitation to yours.',
    );
  }
}

/** The rate limit of invitations is reached: to one email, or of the account in one day. */
export class TooManyInvitationsError extends BulkheadError {
  static override readonly code = 'too_many_invitations';
  static override readonly status = 429;
  static override readonly members: ProblemMembers = {
    retry_after: RETRY_AFTER,
  };

  constructor() {
    super('Too many invitations were sent to this email, or by the account today. Try again tomorrow.', {
      retry_after: 86_400,
    });
  }
}
