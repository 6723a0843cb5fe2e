import { Injectable } from '@nestjs/common';
import { ScopedRepository, UnitOfWork } from '#libs/database';
import { InvoiceEntity } from './invoice.entity.js';

/** What was billed to the account. */
@Injectable()
export class InvoiceRepository extends ScopedRepository<InvoiceEntity> {
  constructor(work: UnitOfWork) {
    super(InvoiceEntity, 'account', work);
  }
}
