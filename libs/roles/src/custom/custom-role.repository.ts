import { Injectable } from '@nestjs/common';
import { ScopedRepository, UnitOfWork } from '#libs/database';
import { CustomRoleEntity } from './custom-role.entity.js';

/** Roles of the account's own, removed ones included. */
@Injectable()
export class CustomRoleRepository extends ScopedRepository<CustomRoleEntity> {
  constructor(work: UnitOfWork) {
    super(CustomRoleEntity, 'account', work);
  }
}
