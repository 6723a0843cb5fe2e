import { Injectable } from '@nestjs/common';
import { newId } from '#libs/context';
import { UnitOfWork } from '#libs/database';
import type { AuditAct } from './audit-entry.js';
import { AuditEntryRepository } from './audit-entry.repository.js';
import { recordedOrigin } from './recorded-origin.js';

/** Writes audit entries in the transaction of the act, so that neither exists without the other. */
@Injectable()
export class AuditTrail {
  constructor(
    private readonly work: UnitOfWork,
    private readonly entries: AuditEntryRepository,
  ) {}

  /**
   * Records one act of the current context, inside its unit of work.
   *
   * @param workspaceId where the act took place; default the workspace of the context.
   */
  async record(act: AuditAct, workspaceId?: string): Promise<void> {
    const unit = this.work.require();
    const { actor, origin, requestId } = unit.context;
    await this.entries.insert({
      id: newId(),
      category: act.category,
      action: act.action,
      actorKind: actor.kind,
      actorUserId: actor.kind === 'user' ? actor.userId : null,
      actorName: actor.kind === 'user' ? null : actor.name,
      accountSessionId: actor.kind === 'user' ? (actor.accountSessionId ?? null) : null,
      workspaceId: workspaceId ?? unit.context.workspaceId ?? null,
      resourceType: act.resource.type,
      resourceId: act.resource.id,
      changes: act.changes ?? {},
      requestId,
      ...recordedOrigin(origin),
    });
    unit.entries += 1;
  }
}
