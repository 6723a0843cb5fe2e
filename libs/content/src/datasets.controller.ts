import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { Changes, Endpoint, IfMatch, type Page, PageOf, Pages, OptionalIfMatch, PathId, Resource } from '#libs/http';
import { LimitReachedError } from '#libs/entitlements';
import { ContentReadModel } from './content.read-model.js';
import { Datasets } from './datasets.service.js';
import { DatasetView } from './datasets.views.js';
import { DatasetChangesBody, DatasetsQuery, NewDatasetBody } from './datasets.bodies.js';
import { DATASET } from './content.acts.js';

@Resource('datasets', 'Named collections of documents in a workspace.')
@Controller(['v1/workspaces/:workspaceId/datasets', 'v1/datasets'])
export class DatasetsController {
  constructor(
    private readonly datasets: Datasets,
    private readonly reads: ContentReadModel,
    private readonly pages: Pages,
  ) {}

  @Get()
  @Endpoint({
    summary: 'List datasets',
    scope: 'workspace',
    records: DATASET.list,
    authorizedWithRead: true,
    permission: 'datasets.read',
    returns: PageOf(DatasetView),
  })
  async list(@Query() { state = 'active', ...query }: DatasetsQuery): Promise<Page<DatasetView>> {
    const name = `datasets:${state}`;
    const start = this.pages.start(name, query);
    return this.pages.page(name, start, await this.reads.listDatasets(state, start));
  }

  @Post()
  @Endpoint({
    summary: 'Create a dataset',
    scope: 'workspace',
    records: DATASET.create,
    permission: 'datasets.write',
    returns: DatasetView,
    status: 201,
  })
  async create(@Body() body: NewDatasetBody): Promise<DatasetView> {
    return this.reads.findDataset(await this.datasets.create(body));
  }

  @Get(':datasetId')
  @Endpoint({
    summary: 'Show a dataset',
    scope: 'workspace',
    records: DATASET.read,
    authorizedWithRead: true,
    permission: 'datasets.read',
    returns: DatasetView,
  })
  show(@PathId('datasetId') id: string): Promise<DatasetView> {
    return this.reads.findDataset(id);
  }

  @Patch(':datasetId')
  @Endpoint({
    summary: 'Change a dataset',
    scope: 'workspace',
    records: DATASET.update,
    permission: 'datasets.write',
    returns: DatasetView,
    conditional: true,
  })
  async update(
    @PathId('datasetId') id: string,
    @IfMatch() version: number,
    @Changes() changes: DatasetChangesBody,
  ): Promise<DatasetView> {
    await this.datasets.update(id, version, changes);
    return this.reads.findDataset(id);
  }

  @Delete(':datasetId')
  @Endpoint({
    summary: 'Delete a dataset with its documents; restorable for 30 days',
    scope: 'workspace',
    records: DATASET.delete,
    permission: 'datasets.delete',
    whileReadOnly: true,
    conditional: 'optional',
  })
  delete(@PathId('datasetId') id: string, @OptionalIfMatch() version: number | undefined): Promise<void> {
    return this.datasets.delete(id, version);
  }

  @Post(':datasetId/restore')
  @Endpoint({
    summary: 'Restore a deleted dataset with its documents',
    scope: 'workspace',
    records: DATASET.restore,
    permission: 'datasets.write',
    returns: DatasetView,
    refuses: [LimitReachedError],
  })
  async restore(@PathId('datasetId') id: string): Promise<DatasetView> {
    await this.datasets.restore(id);
    return this.reads.findDataset(id);
  }
}
