import { Injectable } from '@nestjs/common';
import { ScopedRepository, UnitOfWork } from '#libs/database';
import { AuditEntryEntity } from './audit-entry.entity.js';

/** Entries of the account; the workspace of an entry is a fact about it, not what separates it. */
@Injectable()
export class AuditEntryRepository extends ScopedRepository<AuditEntryEntity, 'workspaceId'> {
  constructor(work: UnitOfWork) {
    super(AuditEntryEntity, 'account', work);
  }
}
