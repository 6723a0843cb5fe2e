import { TableRow } from '#libs/database';
import { Entity } from 'typeorm';
import type { AuditCategory } from '../entries/audit-entry.js';

@Entity({ name: 'audit_retention' })
export class AuditRetentionEntity extends TableRow('audit_retention') {
  declare days: Readonly<Partial<Record<AuditCategory, number>>>;
}
