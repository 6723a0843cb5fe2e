import { Body, Controller, Get, Put } from '@nestjs/common';
import { Choice, Endpoint, Nested, Numbers, Uuid, Whole, Resource } from '#libs/http';
import { AUDIT_CATEGORIES, type AuditCategory } from '../entries/audit-entry.js';
import { AuditRetentionReadModel } from './audit-retention.read-model.js';
import { AuditRetention, RETENTION_DAYS, type RetentionDays } from './audit-retention.service.js';
import { NotInPlanError } from '#libs/entitlements';

class AuditRetentionView {
  @Choice(AUDIT_CATEGORIES)
  category!: AuditCategory;
  @Whole({ min: 90, max: 365, description: 'Of acts; entries of reads are kept 90 days' })
  days!: number;
}

export class AuditRetentionsView {
  @Uuid()
  account_id!: string;
  @Nested(() => AuditRetentionView, { list: true })
  items!: AuditRetentionView[];
}

class AuditRetentionBody {
  @Choice(AUDIT_CATEGORIES)
  category!: AuditCategory;
  @Numbers(RETENTION_DAYS)
  days!: RetentionDays;
}

@Resource('auditRetention', 'How long entries of the audit trail are kept, by category.')
@Controller('v1/account/audit-retention')
export class AuditRetentionController {
  constructor(
    private readonly retention: AuditRetention,
    private readonly reads: AuditRetentionReadModel,
  ) {}

  @Get()
  @Endpoint({
    summary: 'Show how long entries of the trail are kept',
    scope: 'account',
    records: ['settings', 'audit_retention.read'],
    permission: 'audit.read',
    returns: AuditRetentionsView,
  })
  show(): Promise<AuditRetentionsView> {
    return this.reads.show();
  }

  @Put()
  @Endpoint({
    summary: 'Say how long entries of a category are kept',
    scope: 'account',
    records: ['settings', 'audit_retention.update'],
    permission: 'audit.retain',
    returns: AuditRetentionsView,
    refuses: [NotInPlanError],
  })
  async update(@Body() { category, days }: AuditRetentionBody): Promise<AuditRetentionsView> {
    await this.retention.keep(category, days);
    return this.reads.show();
  }
}
