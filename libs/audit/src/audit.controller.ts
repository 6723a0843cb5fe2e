import { Controller, Get, Query } from '@nestjs/common';
import { Choice, Endpoint, Json, Moment, type Page, PageOf, PageQuery, Pages, Text, Uuid } from '#libs/http';
import { AUDIT_CATEGORIES, type AuditCategory } from './audit-entry.js';
import { AuditReadModel } from './audit.read-model.js';

export class AuditEntryView {
  @Uuid()
  id!: string;
  @Moment()
  occurred_at!: string;
  @Choice(AUDIT_CATEGORIES)
  category!: AuditCategory;
  @Text({ max: 100, example: 'document.update' })
  action!: string;
  @Choice(['user', 'job', 'operator'])
  actor_kind!: string;
  @Uuid({ nullable: true })
  actor_user_id!: string | null;
  @Text({ max: 100, nullable: true })
  actor_name!: string | null;
  @Uuid({ nullable: true })
  workspace_id!: string | null;
  @Text({ max: 60 })
  resource_type!: string;
  @Uuid({ nullable: true })
  resource_id!: string | null;
  @Json({ description: 'By field: from and to' })
  changes!: Record<string, unknown>;
  @Text({ max: 64 })
  request_id!: string;
  @Text({ max: 45, nullable: true })
  address!: string | null;
  @Text({ max: 400, nullable: true })
  user_agent!: string | null;
}

@Controller('v1/account/audit-entries')
export class AuditController {
  constructor(
    private readonly entries: AuditReadModel,
    private readonly pages: Pages,
  ) {}

  @Get()
  @Endpoint({
    summary: 'List the audit trail of the account',
    scope: 'account',
    permission: 'audit.read',
    returns: PageOf(AuditEntryView),
  })
  async list(@Query() query: PageQuery): Promise<Page<AuditEntryView>> {
    const start = this.pages.start('audit-entries', query);
    return this.pages.page('audit-entries', start, await this.entries.list(start));
  }
}
