import { Injectable } from '@nestjs/common';
import { ContextStore } from '#libs/context';
import { Reader } from '#libs/database';
import { Entitlements } from '#libs/entitlements';
import { AUDIT_CATEGORIES, type AuditCategory } from '../entries/audit-entry.js';
import type { AuditRetentionsView } from './audit-retention.views.js';

/** Reads how long the account keeps entries. */
@Injectable()
export class AuditRetentionReadModel {
  constructor(
    private readonly reader: Reader,
    private readonly contexts: ContextStore,
    private readonly entitlements: Entitlements,
  ) {}

  /** Every category, with its days. */
  async show(): Promise<AuditRetentionsView> {
    const [row] = await this.reader.inAccount<{ days: Readonly<Record<string, number>> }>(
      'select r.days from audit_retention r where r.account_id = $1',
    );
    const planned = await this.entitlements.auditDays();
    const days = (category: AuditCategory) => Math.min(row?.days[category] ?? planned, planned);
    const items = AUDIT_CATEGORIES.map((category) => ({ category, days: days(category) }));
    return { account_id: this.contexts.requireAccount().id, items };
  }
}
