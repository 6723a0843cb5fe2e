import { Injectable } from '@nestjs/common';
import { ScopedRepository, UnitOfWork } from '#libs/database';
import { AccountSessionEntity } from './account-session.entity.js';

/** Sessions of the account; inside a unit of work. */
@Injectable()
export class AccountSessionRepository extends ScopedRepository<AccountSessionEntity> {
  constructor(work: UnitOfWork) {
    super(AccountSessionEntity, 'account', work);
  }
}
