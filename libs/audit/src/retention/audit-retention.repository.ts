import { Injectable } from '@nestjs/common';
import { ScopedRepository, UnitOfWork } from '#libs/database';
import { AuditRetentionEntity } from './audit-retention.entity.js';

/** How long the account keeps entries: one row, where it said so. */
@Injectable()
export class AuditRetentionRepository extends ScopedRepository<AuditRetentionEntity> {
  constructor(work: UnitOfWork) {
    super(AuditRetentionEntity, 'account', work);
  }
}
