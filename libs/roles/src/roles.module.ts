import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AuthorityCheck } from '#libs/database';
import { EndpointInventory } from './endpoint-inventory.service.js';
import { MemberAuthorityCheck } from './member-authority-check.service.js';
import { RolesController } from './roles.controller.js';
import { StandingReadModel } from './standing.read-model.js';

/** The role table, the authorising statement, and the check that repeats it inside each command. */
@Global()
@Module({
  imports: [DiscoveryModule],
  controllers: [RolesController],
  providers: [StandingReadModel, EndpointInventory, { provide: AuthorityCheck, useClass: MemberAuthorityCheck }],
  exports: [StandingReadModel, AuthorityCheck],
})
export class RolesModule {}
