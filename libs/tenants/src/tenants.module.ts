import { Global, Module } from '@nestjs/common';
import { DatabaseModule } from '#libs/database';
import { AccountController } from './accounts/account.controller.js';
import { AccountEntity } from './accounts/account.entity.js';
import { AccountRepository } from './accounts/account.repository.js';
import { AccountsReadModel } from './accounts/accounts.read-model.js';
import { Accounts } from './accounts/accounts.service.js';
import { InvitationAcceptanceController } from './invitations/invitation-acceptance.controller.js';
import { InvitationAcceptance } from './invitations/invitation-acceptance.service.js';
import { InvitationEntity, InvitationWorkspaceEntity } from './invitations/invitation.entity.js';
import { InvitationMails } from './invitations/invitation-mails.service.js';
import { InvitationRepository, InvitationWorkspaceRepository } from './invitations/invitation.repository.js';
import { InvitationsController } from './invitations/invitations.controller.js';
import { InvitationsReadModel } from './invitations/invitations.read-model.js';
import { Invitations } from './invitations/invitations.service.js';
import { MemberEntity, MemberWorkspaceEntity } from './members/member.entity.js';
import { MemberRepository, MemberWorkspaceRepository } from './members/member.repository.js';
import { MembersController } from './members/members.controller.js';
import { MembersReadModel } from './members/members.read-model.js';
import { MemberRoles } from './members/member-roles.service.js';
import { Members } from './members/members.service.js';
import { MembershipsController } from './members/memberships.controller.js';
import { Memberships } from './members/memberships.service.js';
import { SignUpMails } from './sign-ups/sign-up-mails.service.js';
import { SignUpsController } from './sign-ups/sign-ups.controller.js';
import { SignUps } from './sign-ups/sign-ups.service.js';

/** Accounts, their members, how people come into them, and one person's many accounts. */
@Global()
@Module({
  imports: [
    DatabaseModule.forFeature([
      AccountEntity,
      InvitationEntity,
      InvitationWorkspaceEntity,
      MemberEntity,
      MemberWorkspaceEntity,
    ]),
  ],
  controllers: [
    AccountController,
    InvitationAcceptanceController,
    InvitationsController,
    MembersController,
    MembershipsController,
    SignUpsController,
  ],
  providers: [
    AccountRepository,
    Accounts,
    AccountsReadModel,
    InvitationAcceptance,
    InvitationRepository,
    InvitationWorkspaceRepository,
    Invitations,
    InvitationsReadModel,
    MemberRepository,
    MemberWorkspaceRepository,
    MemberRoles,
    Members,
    MembersReadModel,
    Memberships,
    SignUps,
  ],
  exports: [AccountRepository, Accounts, InvitationRepository, Invitations, MemberRoles, Members],
})
export class TenantsModule {}

/** The mails of tenants; in the worker, beside {@link TenantsModule}. */
@Module({ providers: [InvitationMails, SignUpMails] })
export class TenantsWorkerModule {}
