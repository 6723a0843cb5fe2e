import { Choice } from '#libs/http';
import { AuditFilter } from './audit-filter.js';

export class AuditExportQuery extends AuditFilter {
  @Choice(['jsonl', 'csv'], { optional: true, description: 'JSON, one entry a line; or CSV (RFC 4180). Default jsonl' })
  format?: 'jsonl' | 'csv';
}
