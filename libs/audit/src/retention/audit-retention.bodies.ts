import { Choice, Numbers } from '#libs/http';
import { AUDIT_CATEGORIES, type AuditCategory } from '../entries/audit-entry.js';
import { RETENTION_DAYS, type RetentionDays } from './audit-retention.service.js';

export class AuditRetentionBody {
  @Choice(AUDIT_CATEGORIES)
  category!: AuditCategory;
  @Numbers(RETENTION_DAYS)
  days!: RetentionDays;
}
