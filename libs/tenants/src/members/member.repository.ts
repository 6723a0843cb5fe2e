import { Injectable } from '@nestjs/common';
import { ScopedRepository, UnitOfWork } from '#libs/database';
import { MemberEntity, MemberWorkspaceEntity } from './member.entity.js';

/** Members of the account, removed ones included. */
@Injectable()
export class MemberRepository extends ScopedRepository<MemberEntity> {
  constructor(work: UnitOfWork) {
    super(MemberEntity, 'account', work);
  }
}

/** Roles of members in single workspaces. */
@Injectable()
export class MemberWorkspaceRepository extends ScopedRepository<MemberWorkspaceEntity> {
  constructor(work: UnitOfWork) {
    super(MemberWorkspaceEntity, 'account', work);
  }
}
