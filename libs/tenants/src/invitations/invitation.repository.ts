import { Injectable } from '@nestjs/common';
import { ScopedRepository, UnitOfWork } from '#libs/database';
import { InvitationEntity, InvitationWorkspaceEntity } from './invitation.entity.js';

/** Invitations of the account, settled ones included. */
@Injectable()
export class InvitationRepository extends ScopedRepository<InvitationEntity> {
  constructor(work: UnitOfWork) {
    super(InvitationEntity, 'account', work);
  }
}

/** Workspaces that come with invitations. */
@Injectable()
export class InvitationWorkspaceRepository extends ScopedRepository<InvitationWorkspaceEntity> {
  constructor(work: UnitOfWork) {
    super(InvitationWorkspaceEntity, 'account', work);
  }
}
