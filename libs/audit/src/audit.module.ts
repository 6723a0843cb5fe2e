import { Global, Module } from '@nestjs/common';
import { DatabaseModule } from '#libs/database';
import { AuditController } from './audit.controller.js';
import { AuditEntryEntity } from './audit-entry.entity.js';
import { AuditEntryRepository } from './audit-entry.repository.js';
import { AuditReadModel } from './audit.read-model.js';
import { PlatformTrail } from './platform-trail.service.js';
import { AuditTrail } from './audit-trail.service.js';

/** The audit trail: {@link AuditTrail} for every command, {@link PlatformTrail} for people outside accounts, and a list for administrators. */
@Global()
@Module({
  imports: [DatabaseModule.forFeature([AuditEntryEntity])],
  controllers: [AuditController],
  providers: [AuditTrail, PlatformTrail, AuditEntryRepository, AuditReadModel],
  exports: [AuditTrail, PlatformTrail],
})
export class AuditModule {}
