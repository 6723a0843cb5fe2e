import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AuditCategory } from '../entries/audit-entry.js';

@Entity({ name: 'audit_retention' })
export class AuditRetentionEntity {
  @PrimaryColumn({ name: 'account_id', type: 'uuid' })
  accountId!: string;

  @Column({ type: 'jsonb' })
  days!: Readonly<Partial<Record<AuditCategory, number>>>;
}
