import { BulkheadError } from '#libs/context';

/** No cell of this installation holds accounts of the region. */
export class RegionUnknownError extends BulkheadError {
  readonly code = 'region_unknown';
  readonly status = 422;

  constructor(regions: readonly string[]) {
    super(`No cell of this installation holds accounts of this region. Choose one of ${regions.join(', ')}.`, {
      regions,
    });
  }
}

/** Somebody in the account has this address. */
export class AlreadyMemberError extends BulkheadError {
  readonly code = 'already_member';
  readonly status = 409;

  constructor() {
    super('A member of the account has this address already. Change their role instead.');
  }
}

/** The address has an invitation that was not accepted yet, expired or not. */
export class AlreadyInvitedError extends BulkheadError {
  readonly code = 'already_invited';
  readonly status = 409;

  constructor() {
    super('This address is invited already. Send the invitation again, or take it back and make a new one.');
  }
}

/** The invitation was accepted or taken back. */
export class InvitationSettledError extends BulkheadError {
  readonly code = 'invitation_settled';
  readonly status = 409;

  constructor(status: string) {
    super(`The invitation was ${status} already. Make a new one.`);
  }
}

/** The invitation is for another address than that of the signed-in user. It remains valid. */
export class InvitationForAnotherError extends BulkheadError {
  readonly code = 'invitation_for_another';
  readonly status = 403;

  constructor() {
    super(
      'This invitation is for another address. Sign out and in with the address that the mail was sent to, or ask for an invitation to yours.',
    );
  }
}

/** The account has sent more invitations than anybody needs: to one address, or in one day. */
export class TooManyInvitationsError extends BulkheadError {
  readonly code = 'too_many_invitations';
  readonly status = 429;

  constructor() {
    super('Too many invitations were sent, to this address or today. Go on tomorrow.', { retry_after: 86_400 });
  }
}
