import { BulkheadError, type ProblemMembers, RETRY_AFTER } from '#libs/context';

/** No cell of this installation holds accounts of the region. */
export class RegionUnknownError extends BulkheadError {
  static override readonly code = 'region_unknown';
  static override readonly status = 422;
  static override readonly members: ProblemMembers = {
    regions: { type: 'array', items: { type: 'string' }, description: 'The regions of this installation' },
  };

  constructor(regions: readonly string[]) {
    super(`No cell of this installation holds accounts of this region. Choose one of ${regions.join(', ')}.`, {
      regions,
    });
  }

  static override example(): RegionUnknownError {
    return new RegionUnknownError(['eu-west-1', 'us-east-1']);
  }
}

/** Somebody in the account has this address. */
export class AlreadyMemberError extends BulkheadError {
  static override readonly code = 'already_member';
  static override readonly status = 409;

  constructor() {
    super('A member of the account has this address already. Change their role instead.');
  }
}

/** The address has an invitation that was not accepted yet, expired or not. */
export class AlreadyInvitedError extends BulkheadError {
  static override readonly code = 'already_invited';
  static override readonly status = 409;

  constructor() {
    super('This address is invited already. Send the invitation again, or take it back and make a new one.');
  }
}

/** The invitation was accepted or taken back. */
export class InvitationSettledError extends BulkheadError {
  static override readonly code = 'invitation_settled';
  static override readonly status = 409;

  constructor(status: string) {
    super(`The invitation was ${status} already. Make a new one.`);
  }

  static override example(): InvitationSettledError {
    return new InvitationSettledError('accepted');
  }
}

/** The invitation is for another address than that of the signed-in user. It remains valid. */
export class InvitationForAnotherError extends BulkheadError {
  static override readonly code = 'invitation_for_another';
  static override readonly status = 403;

  constructor() {
    super(
      'This invitation is for another address. Sign out and in with the address that the mail was sent to, or ask for an invitation to yours.',
    );
  }
}

/** The account has sent more invitations than anybody needs: to one address, or in one day. */
export class TooManyInvitationsError extends BulkheadError {
  static override readonly code = 'too_many_invitations';
  static override readonly status = 429;
  static override readonly members: ProblemMembers = {
    retry_after: RETRY_AFTER,
  };

  constructor() {
    super('Too many invitations were sent, to this address or today. Go on tomorrow.', { retry_after: 86_400 });
  }
}
