import { TableRow } from '#libs/database';
import { Entity } from 'typeorm';

@Entity({ name: 'audit_entries' })
export class AuditEntryEntity extends TableRow('audit_entries') {
  declare changes: object;
}
