import { Body, Controller, Get, Put } from '@nestjs/common';
import { Endpoint, Resource } from '#libs/http';
import { NotInPlanError } from '#libs/entitlements';
import { AuditRetentionReadModel } from './audit-retention.read-model.js';
import { AuditRetention } from './audit-retention.service.js';
import { AuditRetentionsView } from './audit-retention.views.js';
import { AuditRetentionBody } from './audit-retention.bodies.js';
import { AUDIT_RETENTION } from '../audit.acts.js';

@Resource('auditRetention', 'How long entries of the audit trail are kept, by category.')
@Controller('v1/account/audit-retention')
export class AuditRetentionController {
  constructor(
    private readonly retention: AuditRetention,
    private readonly reads: AuditRetentionReadModel,
  ) {}

  @Get()
  @Endpoint({
    summary: 'Show how long audit entries are kept',
    scope: 'account',
    records: AUDIT_RETENTION.read,
    permission: 'audit.read',
    returns: AuditRetentionsView,
  })
  show(): Promise<AuditRetentionsView> {
    return this.reads.show();
  }

  @Put()
  @Endpoint({
    summary: 'Set how long audit entries of a category are kept',
    scope: 'account',
    records: AUDIT_RETENTION.update,
    permission: 'audit.retain',
    returns: AuditRetentionsView,
    refuses: [NotInPlanError],
  })
  async update(@Body() { category, days }: AuditRetentionBody): Promise<AuditRetentionsView> {
    await this.retention.keep(category, days);
    return this.reads.show();
  }
}
