import { Injectable } from '@nestjs/common';
import { Reader } from '#libs/database';
import type { PageStart } from '#libs/http';
import type { AuditEntryView } from './audit.controller.js';

/** Reads the trail of the account. */
@Injectable()
export class AuditReadModel {
  constructor(private readonly reader: Reader) {}

  /** Entries, newest first. */
  list({ take, after }: PageStart): Promise<AuditEntryView[]> {
    return this.reader.inAccount<AuditEntryView>(
      `select e.id, e.occurred_at, e.category, e.action, e.actor_kind, e.actor_user_id, coalesce(m.name, e.actor_name) as actor_name,
         e.workspace_id, e.resource_type, e.resource_id, e.changes, e.request_id, host(e.address) as address, e.user_agent
       from audit_entries e
       left join members m on m.account_id = e.account_id and m.user_id = e.actor_user_id
       where e.account_id = $1 and ($3::uuid is null or e.id < $3)
       order by e.id desc limit $2`,
      take,
      after,
    );
  }
}
