import { Global, Module } from '@nestjs/common';
import { DatabaseModule, provideRepository, repositoryOf, Seeds } from '#libs/database';
import { AuditEntryEntity } from './entries/audit-entry.entity.js';
import { AuditTrail } from './entries/audit-trail.service.js';
import { EntryCopies } from './entries/entry-copies.service.js';
import { EntryLog } from './entries/entry-log.service.js';
import { PlatformTrail } from './entries/platform-trail.service.js';
import { BatchedEntries } from './entries/batched-entries.service.js';
import { RequestTrail } from './entries/request-trail.service.js';
import { AuditRetention } from './retention/audit-retention.service.js';
import { AuditRetentionController } from './retention/audit-retention.controller.js';
import { AuditRetentionEntity } from './retention/audit-retention.entity.js';
import { AuditRetentionReadModel } from './retention/audit-retention.read-model.js';
import { AuditPurge } from './retention/audit-purge.service.js';
import { AuditEntriesController, WorkspaceAuditEntriesController } from './search/audit-entries.controller.js';
import { AuditEntriesReadModel } from './search/audit-entries.read-model.js';
import { AuditExport } from './search/audit-export.service.js';
import { AuditTail } from './search/audit-tail.service.js';
import { AUDIT_SEEDS } from './audit.seeds.js';

/** The audit trail: {@link AuditTrail} for every command, {@link PlatformTrail} for people outside accounts. */
@Global()
@Module({
  imports: [DatabaseModule.forFeature([AuditEntryEntity])],
  providers: [AuditTrail, PlatformTrail, EntryLog, provideRepository(AuditEntryEntity, 'account')],
  exports: [AuditTrail, PlatformTrail, EntryLog, repositoryOf(AuditEntryEntity)],
})
export class AuditModule {}

/** What the API has of the trail: entries of reads and refusals, and reading it; beside {@link AuditModule}. */
@Global()
@Module({
  imports: [DatabaseModule.forFeature([AuditRetentionEntity])],
  controllers: [AuditEntriesController, WorkspaceAuditEntriesController, AuditRetentionController],
  providers: [
    AuditEntriesReadModel,
    AuditExport,
    AuditRetention,
    AuditRetentionReadModel,
    provideRepository(AuditRetentionEntity, 'account'),
    AuditTail,
    BatchedEntries,
    RequestTrail,
  ],
  exports: [BatchedEntries, RequestTrail, AuditRetention],
})
@Seeds(...AUDIT_SEEDS)
export class AuditRequestsModule {}

/** What the worker does for the trail: copies what happens to people, and deletes what is over its time. */
@Module({ providers: [EntryCopies, AuditPurge], exports: [EntryCopies, AuditPurge] })
export class AuditWorkerModule {}
