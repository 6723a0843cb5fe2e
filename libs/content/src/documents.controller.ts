import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import {
  Changes,
  Choice,
  Endpoint,
  IfMatch,
  Moment,
  Nested,
  type Page,
  PageOf,
  PageQuery,
  Pages,
  OptionalIfMatch,
  PathId,
  Text,
  Uuid,
  Whole,
  Resource,
} from '#libs/http';
import { ContentReadModel, type ContentState } from './content.read-model.js';
import { Documents } from './documents.service.js';
import { DatasetDeletedError } from './content.errors.js';
import { LimitReachedError } from '#libs/entitlements';

const LONGEST_BODY = 200_000;
const WEB_ADDRESS = /^https?:\/\/\S+$/;

export class DocumentItemView {
  @Uuid()
  id!: string;
  @Uuid()
  dataset_id!: string;
  @Text({ max: 300 })
  title!: string;
  @Text({ max: 2000, nullable: true })
  source_url!: string | null;
  @Whole({ min: 1, max: 2_147_483_647 })
  version!: number;
  @Moment()
  created_at!: string;
  @Moment()
  updated_at!: string;
  @Moment({ nullable: true, description: 'Set where it is deleted' })
  restorable_until!: string | null;
}

export class DocumentView extends DocumentItemView {
  @Text({ max: LONGEST_BODY, min: 0, multiline: true })
  body!: string;
}

export class DocumentHitView {
  @Uuid()
  id!: string;
  @Uuid()
  dataset_id!: string;
  @Text({ max: 300 })
  title!: string;
  @Text({ max: 2000, min: 0, multiline: true, description: 'The passage that matches' })
  passage!: string;
}

class DocumentHitsView {
  @Nested(() => DocumentHitView, { list: true })
  items!: DocumentHitView[];
}

class NewDocumentBody {
  @Uuid()
  dataset_id!: string;
  @Text({ max: 300 })
  title!: string;
  @Text({ max: LONGEST_BODY, min: 0, multiline: true, optional: true })
  body?: string;
  @Text({
    max: 2000,
    pattern: WEB_ADDRESS,
    form: 'a URL that begins with http:// or https://',
    nullable: true,
    optional: true,
  })
  source_url?: string | null;
}

class DocumentChangesBody {
  @Text({ max: 300, optional: true })
  title?: string;
  @Text({ max: LONGEST_BODY, min: 0, multiline: true, optional: true })
  body?: string;
  @Text({
    max: 2000,
    pattern: WEB_ADDRESS,
    form: 'a URL that begins with http:// or https://',
    nullable: true,
    optional: true,
  })
  source_url?: string | null;
}

class DocumentsQuery extends PageQuery {
  @Uuid({ optional: true, description: 'Documents of this dataset only' })
  dataset_id?: string;
  @Choice(['active', 'deleted'], { optional: true, description: 'Default active' })
  state?: ContentState;
}

class SearchQuery {
  @Text({ max: 200, description: 'Words; "a phrase", or, and -without as in a web search' })
  q!: string;
  @Whole({ min: 1, max: 100, optional: true, description: 'Default 20' })
  limit?: number;
}

@Resource('documents', 'The texts of a workspace: editing with versions, full-text search, deletion and restoring.')
@Controller(['v1/workspaces/:workspaceId/documents', 'v1/documents'])
export class DocumentsController {
  constructor(
    private readonly documents: Documents,
    private readonly reads: ContentReadModel,
    private readonly pages: Pages,
  ) {}

  @Get()
  @Endpoint({
    summary: 'List documents, without their texts',
    scope: 'workspace',
    records: ['content', 'document.list'],
    permission: 'documents.read',
    authorizedWithRead: true,
    returns: PageOf(DocumentItemView),
  })
  async list(
    @Query() { state = 'active', dataset_id: datasetId, ...query }: DocumentsQuery,
  ): Promise<Page<DocumentItemView>> {
    const name = `documents:${datasetId ?? 'all'}:${state}`;
    const start = this.pages.start(name, query);
    return this.pages.page(name, start, await this.reads.listDocuments(datasetId, state, start));
  }

  @Get('search')
  @Endpoint({
    summary: 'Search documents by words, the best matches first',
    scope: 'workspace',
    records: ['content', 'document.search'],
    permission: 'documents.read',
    returns: DocumentHitsView,
  })
  async search(@Query() { q, limit = 20 }: SearchQuery): Promise<DocumentHitsView> {
    return { items: await this.reads.search(q, limit) };
  }

  @Post()
  @Endpoint({
    summary: 'Write a document into a dataset',
    scope: 'workspace',
    records: ['content', 'document.create'],
    permission: 'documents.write',
    returns: DocumentView,
    status: 201,
    refuses: [LimitReachedError],
  })
  async create(
    @Body() { dataset_id: datasetId, source_url: sourceUrl = null, ...document }: NewDocumentBody,
  ): Promise<DocumentView> {
    return this.reads.findDocument(await this.documents.create(datasetId, { ...document, sourceUrl }));
  }

  @Get(':documentId')
  @Endpoint({
    summary: 'Show a document',
    scope: 'workspace',
    records: ['content', 'document.read'],
    permission: 'documents.read',
    authorizedWithRead: true,
    returns: DocumentView,
  })
  show(@PathId('documentId') id: string): Promise<DocumentView> {
    return this.reads.findDocument(id);
  }

  @Patch(':documentId')
  @Endpoint({
    summary: 'Change a document',
    scope: 'workspace',
    records: ['content', 'document.update'],
    permission: 'documents.write',
    returns: DocumentView,
    conditional: true,
    refuses: [LimitReachedError],
  })
  async update(
    @PathId('documentId') id: string,
    @IfMatch() version: number,
    @Changes() { source_url: sourceUrl, ...changes }: DocumentChangesBody,
  ): Promise<DocumentView> {
    await this.documents.update(id, version, { ...changes, ...(sourceUrl !== undefined && { sourceUrl }) });
    return this.reads.findDocument(id);
  }

  @Delete(':documentId')
  @Endpoint({
    summary: 'Delete a document; restorable for 30 days',
    scope: 'workspace',
    records: ['content', 'document.delete'],
    permission: 'documents.delete',
    whileReadOnly: true,
    conditional: 'optional',
  })
  delete(@PathId('documentId') id: string, @OptionalIfMatch() version: number | undefined): Promise<void> {
    return this.documents.delete(id, version);
  }

  @Post(':documentId/restore')
  @Endpoint({
    summary: 'Restore a deleted document',
    scope: 'workspace',
    records: ['content', 'document.restore'],
    permission: 'documents.write',
    returns: DocumentView,
    refuses: [LimitReachedError, DatasetDeletedError],
  })
  async restore(@PathId('documentId') id: string): Promise<DocumentView> {
    await this.documents.restore(id);
    return this.reads.findDocument(id);
  }
}
