import { Controller, Get, Headers, Query, Req, Res } from '@nestjs/common';
import { Entitlements, NotInPlanError } from '#libs/entitlements';
import { Endpoint, type Page, PageOf, Pages, Resource } from '#libs/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BatchedEntries } from '../entries/batched-entries.service.js';
import { AuditEntriesReadModel } from './audit-entries.read-model.js';
import { AuditExport } from './audit-export.service.js';
import { type AuditCriteria, AuditEntriesQuery, AuditFilter, criteriaOf, narrows } from './audit-filter.js';
import { AuditTail } from './audit-tail.service.js';
import { AuditEntryView } from './audit-entries.views.js';
import { AuditExportQuery } from './audit-entries.bodies.js';
import { AUDIT_ENTRY } from '../audit.acts.js';

const LAST_EVENT_ID = {
  name: 'Last-Event-ID',
  description: 'Id of the last received entry; the stream continues after it. Default: entries from now on',
};

@Resource('auditEntries', 'The audit trail of the account: search, export and live tail.')
@Controller('v1/account/audit-entries')
export class AuditEntriesController {
  constructor(
    private readonly entries: AuditEntriesReadModel,
    private readonly exports: AuditExport,
    private readonly tails: AuditTail,
    private readonly reads: BatchedEntries,
    private readonly entitlements: Entitlements,
    private readonly pages: Pages,
  ) {}

  @Get()
  @Endpoint({
    summary: 'List the audit trail of the account',
    scope: 'account',
    records: AUDIT_ENTRY.list,
    permission: 'audit.read',
    returns: PageOf(AuditEntryView),
    refuses: [NotInPlanError],
  })
  async list(@Query() { limit, cursor, ...filter }: AuditEntriesQuery): Promise<Page<AuditEntryView>> {
    const criteria = await this.allowed(filter);
    // a cursor goes on in the list that it was given out in, filters included
    const name = `audit-entries:${JSON.stringify(criteria)}`;
    const start = this.pages.start(name, { ...(limit && { limit }), ...(cursor && { cursor }) });
    await this.reads.flush();
    return this.pages.page(name, start, await this.entries.list(criteria, start));
  }

  @Get('export')
  @Endpoint({
    summary: 'Export the audit trail of the account as a stream, newest first',
    scope: 'account',
    records: AUDIT_ENTRY.export,
    freshFactor: true,
    permission: 'audit.read',
    streams: ['application/jsonl', 'text/csv'],
    refuses: [NotInPlanError],
  })
  async export(
    @Query() { format = 'jsonl', ...filter }: AuditExportQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NodeJS.ReadableStream> {
    const criteria = await this.allowed(filter);
    await this.reads.flush();
    reply.header('Content-Type', format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/jsonl');
    reply.header('Content-Disposition', `attachment; filename="audit-entries.${format}"`);
    return this.exports.stream(criteria, format);
  }

  @Get('live')
  @Endpoint({
    summary: 'Follow the audit trail of the account live (server-sent events)',
    scope: 'account',
    records: AUDIT_ENTRY.follow,
    permission: 'audit.read',
    streams: ['text/event-stream'],
    headers: [LAST_EVENT_ID],
    refuses: [NotInPlanError],
  })
  async follow(
    @Query() filter: AuditFilter,
    @Headers('last-event-id') last: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NodeJS.ReadableStream> {
    const stream = this.tails.open(await this.allowed(filter), last, request.raw);
    reply.header('Content-Type', 'text/event-stream; charset=utf-8');
    reply.header('X-Accel-Buffering', 'no');
    return stream;
  }

  /** What a filter means; the whole trail is everybody's, a choice of it is not in every plan. @throws {NotInPlanError} */
  private async allowed(filter: AuditFilter): Promise<AuditCriteria> {
    const criteria = criteriaOf(filter);
    if (narrows(criteria)) await this.entitlements.require('audit.search');
    return criteria;
  }
}

@Resource('workspaceAuditEntries', 'The live tail of one workspace’s audit trail.')
@Controller('v1/workspaces/:workspaceId/audit-entries')
export class WorkspaceAuditEntriesController {
  constructor(private readonly tails: AuditTail) {}

  @Get('live')
  @Endpoint({
    summary: 'Follow the audit trail of the workspace live (server-sent events)',
    scope: 'workspace',
    records: AUDIT_ENTRY.follow,
    permission: 'audit.read',
    streams: ['text/event-stream'],
    headers: [LAST_EVENT_ID],
  })
  follow(
    @Headers('last-event-id') last: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): NodeJS.ReadableStream {
    const stream = this.tails.openInWorkspace(last, request.raw);
    reply.header('Content-Type', 'text/event-stream; charset=utf-8');
    reply.header('X-Accel-Buffering', 'no');
    return stream;
  }
}
