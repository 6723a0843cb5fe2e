import { Choice, Nested, Uuid, Integer } from '#libs/http';
import { AUDIT_CATEGORIES, type AuditCategory } from '../entries/audit-entry.js';

class AuditRetentionView {
  @Choice(AUDIT_CATEGORIES)
  category!: AuditCategory;
  @Integer({ min: 90, max: 365, description: 'For changes and refusals. Entries of reads are kept for 90 days' })
  days!: number;
}

export class AuditRetentionsView {
  @Uuid()
  account_id!: string;
  @Nested(() => AuditRetentionView, { list: true })
  items!: AuditRetentionView[];
}
