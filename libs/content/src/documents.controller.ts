import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import {
  camelCased,
  Changes,
  Endpoint,
  IfMatch,
  type Page,
  PageOf,
  Pages,
  OptionalIfMatch,
  PathId,
  Resource,
} from '#libs/http';
import { TextNotIndexableError } from '#libs/database';
import { LimitReachedError } from '#libs/entitlements';
import { ContentReadModel } from './content.read-model.js';
import { Documents } from './documents.service.js';
import { DatasetDeletedError } from './content.errors.js';
import { DocumentHitsView, DocumentItemView, DocumentView } from './documents.views.js';
import { DocumentChangesBody, DocumentsQuery, NewDocumentBody, SearchQuery } from './documents.bodies.js';
import { DOCUMENT } from './content.acts.js';

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
    summary: 'List documents, without their bodies',
    scope: 'workspace',
    records: DOCUMENT.list,
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
    summary: 'Search documents by words, best matches first',
    scope: 'workspace',
    records: DOCUMENT.search,
    permission: 'documents.read',
    returns: DocumentHitsView,
  })
  async search(@Query() { q, limit = 20 }: SearchQuery): Promise<DocumentHitsView> {
    return { items: await this.reads.search(q, limit) };
  }

  @Post()
  @Endpoint({
    summary: 'Create a document in a dataset',
    scope: 'workspace',
    records: DOCUMENT.create,
    permission: 'documents.write',
    returns: DocumentView,
    status: 201,
    refuses: [LimitReachedError, TextNotIndexableError],
  })
  async create(@Body() body: NewDocumentBody): Promise<DocumentView> {
    const { datasetId, ...document } = camelCased(body);
    return this.reads.findDocument(await this.documents.create(datasetId, document));
  }

  @Get(':documentId')
  @Endpoint({
    summary: 'Show a document',
    scope: 'workspace',
    records: DOCUMENT.read,
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
    records: DOCUMENT.update,
    permission: 'documents.write',
    returns: DocumentView,
    conditional: true,
    refuses: [LimitReachedError, TextNotIndexableError],
  })
  async update(
    @PathId('documentId') id: string,
    @IfMatch() version: number,
    @Changes() changes: DocumentChangesBody,
  ): Promise<DocumentView> {
    await this.documents.update(id, version, camelCased(changes));
    return this.reads.findDocument(id);
  }

  @Delete(':documentId')
  @Endpoint({
    summary: 'Delete a document; restorable for 30 days',
    scope: 'workspace',
    records: DOCUMENT.delete,
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
    records: DOCUMENT.restore,
    permission: 'documents.write',
    returns: DocumentView,
    refuses: [LimitReachedError, DatasetDeletedError],
  })
  async restore(@PathId('documentId') id: string): Promise<DocumentView> {
    await this.documents.restore(id);
    return this.reads.findDocument(id);
  }
}
