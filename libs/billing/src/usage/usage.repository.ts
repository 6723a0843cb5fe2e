import { Injectable } from '@nestjs/common';
import { ScopedRepository, UnitOfWork } from '#libs/database';
import { AccountUsageEntity } from './usage.entity.js';

/** How much of its plan the account uses: one row. */
@Injectable()
export class AccountUsageRepository extends ScopedRepository<AccountUsageEntity> {
  constructor(work: UnitOfWork) {
    super(AccountUsageEntity, 'account', work);
  }
}
