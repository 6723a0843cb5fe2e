import { Injectable } from '@nestjs/common';
import { ScopedRepository, UnitOfWork } from '#libs/database';
import { AccountTermsEntity, AuditPromiseEntity } from './account-terms.entity.js';

/** What the account may do: one row. */
@Injectable()
export class AccountTermsRepository extends ScopedRepository<AccountTermsEntity> {
  constructor(work: UnitOfWork) {
    super(AccountTermsEntity, 'account', work);
  }
}

/** How long entries of the past are kept. */
@Injectable()
export class AuditPromiseRepository extends ScopedRepository<AuditPromiseEntity> {
  constructor(work: UnitOfWork) {
    super(AuditPromiseEntity, 'account', work);
  }
}
