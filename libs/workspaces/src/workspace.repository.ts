import { Injectable } from '@nestjs/common';
import { ScopedRepository, UnitOfWork } from '#libs/database';
import { LastWorkspaceEntity, WorkspaceEntity } from './workspace.entity.js';

/** Workspaces of the account, archived ones included. */
@Injectable()
export class WorkspaceRepository extends ScopedRepository<WorkspaceEntity> {
  constructor(work: UnitOfWork) {
    super(WorkspaceEntity, 'account', work);
  }
}

/** The workspace that each member entered last. */
@Injectable()
export class LastWorkspaceRepository extends ScopedRepository<LastWorkspaceEntity> {
  constructor(work: UnitOfWork) {
    super(LastWorkspaceEntity, 'account', work);
  }
}
