import { Global, Module } from '@nestjs/common';
import { DatabaseModule } from '#libs/database';
import { AuditController } from './audit.controller.js';
import { AuditEntryEntity } from './audit-entry.entity.js';
import { AuditEntryRepository } from './audit-entry.repository.js';
import { AuditReadModel } from './audit.read-model.js';
import { AuditTrail } from './audit-trail.service.js';

/** The audit trail: {@link AuditTrail} for every command, and a list for administrators. */
@Global()
@Module({
  imports: [DatabaseModule.forFeature([AuditEntryEntity])],
  controllers: [AuditController],
  providers: [AuditTrail, AuditEntryRepository, AuditReadModel],
  exports: [AuditTrail],
})
export class AuditModule {}
