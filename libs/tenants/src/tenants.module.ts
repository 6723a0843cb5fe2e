import { Global, Module } from '@nestjs/common';
import { DatabaseModule } from '#libs/database';
import { AccountController } from './account.controller.js';
import { AccountEntity } from './account.entity.js';
import { AccountRepository } from './account.repository.js';
import { AccountsReadModel } from './accounts.read-model.js';
import { Accounts } from './accounts.service.js';
import { MemberEntity, MemberWorkspaceEntity } from './member.entity.js';
import { MemberRepository, MemberWorkspaceRepository } from './member.repository.js';
import { MembersController } from './members.controller.js';
import { MembersReadModel } from './members.read-model.js';
import { Members } from './members.service.js';
import { MembershipsController } from './memberships.controller.js';
import { Memberships } from './memberships.service.js';

/** Accounts, their members, and one person's many accounts. */
@Global()
@Module({
  imports: [DatabaseModule.forFeature([AccountEntity, MemberEntity, MemberWorkspaceEntity])],
  controllers: [AccountController, MembersController, MembershipsController],
  providers: [
    AccountRepository,
    Accounts,
    AccountsReadModel,
    MemberRepository,
    MemberWorkspaceRepository,
    Members,
    MembersReadModel,
    Memberships,
  ],
  exports: [Accounts, Members],
})
export class TenantsModule {}
