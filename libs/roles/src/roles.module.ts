import { Global, Module } from '@nestjs/common';
import { DatabaseModule, provideRepository, Seeds } from '#libs/database';
import { CustomRoleEntity } from './custom/custom-role.entity.js';
import { CustomRolesController } from './custom/custom-roles.controller.js';
import { CustomRolesReadModel } from './custom/custom-roles.read-model.js';
import { CustomRoles } from './custom/custom-roles.service.js';
import { RolesController } from './roles.controller.js';
import { ROLE_SEEDS } from './roles.seeds.js';

/** The role table, and the roles of an account's own. */
@Global()
@Module({
  imports: [DatabaseModule.forFeature([CustomRoleEntity])],
  controllers: [RolesController, CustomRolesController],
  providers: [provideRepository(CustomRoleEntity, 'account'), CustomRoles, CustomRolesReadModel],
  exports: [CustomRoles],
})
@Seeds(...ROLE_SEEDS)
export class RolesModule {}
