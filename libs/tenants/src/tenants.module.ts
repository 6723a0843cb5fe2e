import { Global, Module } from '@nestjs/common';
import { DatabaseModule, provideRepository, repositoryOf, Seeds } from '#libs/database';
import { AccountController } from './accounts/account.controller.js';
import { AccountEntity } from './accounts/account.entity.js';
import { AccountsReadModel } from './accounts/accounts.read-model.js';
import { Accounts } from './accounts/accounts.service.js';
import { InvitationAcceptanceController } from './invitations/invitation-acceptance.controller.js';
import { InvitationAcceptance } from './invitations/invitation-acceptance.service.js';
import { InvitationEntity, InvitationWorkspaceEntity } from './invitations/invitation.entity.js';
import { InvitationMails } from './invitations/invitation-mails.service.js';
import { InvitationsController } from './invitations/invitations.controller.js';
import { InvitationsReadModel } from './invitations/invitations.read-model.js';
import { Invitations } from './invitations/invitations.service.js';
import { MemberEntity, MemberWorkspaceEntity } from './members/member.entity.js';
import { MembersController } from './members/members.controller.js';
import { MembersReadModel } from './members/members.read-model.js';
import { MemberRoles } from './members/member-roles.service.js';
import { Members } from './members/members.service.js';
import { MembershipsController } from './members/memberships.controller.js';
import { Memberships } from './members/memberships.service.js';
import { SignUpMails } from './sign-ups/sign-up-mails.service.js';
import { SignUpsController } from './sign-ups/sign-ups.controller.js';
import { SignUps } from './sign-ups/sign-ups.service.js';
import { TENANT_SEEDS } from './tenants.seeds.js';

/** Accounts, their members and who is invited to them. */
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
  providers: [
    provideRepository(AccountEntity, 'account'),
    Accounts,
    provideRepository(InvitationEntity, 'account'),
    provideRepository(InvitationWorkspaceEntity, 'account'),
    Invitations,
    provideRepository(MemberEntity, 'account'),
    provideRepository(MemberWorkspaceEntity, 'account'),
    MemberRoles,
    Members,
  ],
  exports: [
    repositoryOf(AccountEntity),
    Accounts,
    repositoryOf(InvitationEntity),
    repositoryOf(InvitationWorkspaceEntity),
    Invitations,
    repositoryOf(MemberEntity),
    MemberRoles,
    Members,
  ],
})
@Seeds(...TENANT_SEEDS)
export class TenantsModule {}

/** Adds the HTTP operations of accounts, members, invitations and sign-ups to {@link TenantsModule}; for the API. */
@Module({
  controllers: [
    AccountController,
    InvitationAcceptanceController,
    InvitationsController,
    MembersController,
    MembershipsController,
    SignUpsController,
  ],
  providers: [AccountsReadModel, InvitationAcceptance, InvitationsReadModel, MembersReadModel, Memberships, SignUps],
})
export class TenantsRequestsModule {}

/** The mails of tenants; in the worker, beside {@link TenantsModule}. */
@Module({ providers: [InvitationMails, SignUpMails] })
export class TenantsWorkerModule {}
