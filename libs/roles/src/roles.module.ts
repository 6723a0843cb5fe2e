import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AuthorityCheck, DatabaseModule } from '#libs/database';
import { CustomRoleEntity } from './custom/custom-role.entity.js';
import { CustomRoleRepository } from './custom/custom-role.repository.js';
import { CustomRolesController } from './custom/custom-roles.controller.js';
import { CustomRolesReadModel } from './custom/custom-roles.read-model.js';
import { CustomRoles } from './custom/custom-roles.service.js';
import { EndpointInventory } from './endpoint-inventory.service.js';
import { StandingAuthority } from '#libs/audit';
import { MemberStandingAuthority } from './member-standing-authority.service.js';
import { MemberAuthorityCheck } from './member-authority-check.service.js';
import { RolesController } from './roles.controller.js';
import { StandingReadModel } from './standing.read-model.js';

/** The role table, an account's own roles, the authorising statement, and the check that repeats it inside each command. */
@Global()
@Module({
  imports: [DiscoveryModule, DatabaseModule.forFeature([CustomRoleEntity])],
  controllers: [RolesController, CustomRolesController],
  providers: [
    CustomRoleRepository,
    CustomRoles,
    CustomRolesReadModel,
    StandingReadModel,
    EndpointInventory,
    { provide: AuthorityCheck, useClass: MemberAuthorityCheck },
    { provide: StandingAuthority, useClass: MemberStandingAuthority },
  ],
  exports: [CustomRoles, StandingReadModel, StandingAuthority, AuthorityCheck],
})
export class RolesModule {}
