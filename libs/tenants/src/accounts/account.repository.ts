import { Injectable } from '@nestjs/common';
import { ScopedRepository, UnitOfWork } from '#libs/database';
import { AccountEntity } from './account.entity.js';

/** The one row of the account. */
@Injectable()
export class AccountRepository extends ScopedRepository<AccountEntity> {
  constructor(work: UnitOfWork) {
    super(AccountEntity, 'account', work);
  }
}
