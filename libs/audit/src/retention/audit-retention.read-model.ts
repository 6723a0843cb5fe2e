import { Injectable } from '@nestjs/common';
import { ContextStore } from '#libs/context';
import { Reader } from '#libs/database';
import { AUDIT_CATEGORIES } from '../entries/audit-entry.js';
import type { AuditRetentionsView } from './audit-retention.controller.js';
import { DEFAULT_DAYS } from './audit-retention.service.js';

/** Reads how long the account keeps entries. */
@Injectable()
export class AuditRetentionReadModel {
  constructor(
    private readonly reader: Reader,
    private readonly contexts: ContextStore,
  ) {}

  /** Every category, with its days. */
  async show(): Promise<AuditRetentionsView> {
    const [row] = await this.reader.inAccount<{ days: Readonly<Record<string, number>> }>(
      'select r.days from audit_retention r where r.account_id = $1',
    );
    const items = AUDIT_CATEGORIES.map((category) => ({ category, days: row?.days[category] ?? DEFAULT_DAYS }));
    return { account_id: this.contexts.requireAccount().id, items };
  }
}
