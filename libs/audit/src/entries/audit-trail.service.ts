import { Injectable } from '@nestjs/common';
import { newId } from '#libs/context';
import { UnitOfWork, InjectRepository, ScopedRepository } from '#libs/database';
import type { AuditAct } from './audit-entry.js';
import { EntryLog } from './entry-log.service.js';
import { recordedOrigin } from './recorded-origin.js';
import { AuditEntryEntity } from './audit-entry.entity.js';

/** Writes audit entries in the transaction of the act, so that neither exists without the other. */
@Injectable()
export class AuditTrail {
  constructor(
    private readonly work: UnitOfWork,
    @InjectRepository(AuditEntryEntity) private readonly entries: ScopedRepository<AuditEntryEntity>,
    private readonly log: EntryLog,
  ) {}

  /**
   * Records one act of the current context, inside its unit of work; the log has its line once that is committed.
   *
   * @param workspaceId where the act took place; default the workspace of the context.
   */
  async record(act: AuditAct, workspaceId?: string): Promise<void> {
    const unit = this.work.require();
    const { actor, origin, requestId, traits } = unit.context;
    unit.noteEntry(act.action);
    const inWorkspaceId = workspaceId ?? unit.context.workspaceId ?? null;
    const entry = {
      id: newId(),
      category: act.category,
      action: act.action,
      actorKind: actor.kind,
      actorUserId: traits.userId,
      actorName: traits.name,
      resourceType: act.resource.type,
      resourceId: act.resource.id,
      requestId,
    };
    const { onBehalfOf } = traits;
    await this.entries.insert({
      ...entry,
      inWorkspaceId,
      accountSessionId: traits.accountSessionId,
      onBehalfOfUserId: onBehalfOf,
      changes: act.changes ?? {},
      ...recordedOrigin(origin),
    });
    const { id: accountId } = unit.context.requireAccount('An entry');
    const logged = { ...entry, accountId, workspaceId: inWorkspaceId, onBehalfOf, refusal: undefined };
    unit.afterCommit.push(() => this.log.wrote(logged));
  }
}
