import { Global, Module } from '@nestjs/common';
import { DatabaseModule, provideRepository, Seeds } from '#libs/database';
import { ContentPurge } from './content-purge.service.js';
import { ContentReadModel } from './content.read-model.js';
import { DatasetEntity } from './dataset.entity.js';
import { DatasetsController } from './datasets.controller.js';
import { Datasets } from './datasets.service.js';
import { DocumentEntity } from './document.entity.js';
import { DocumentsController } from './documents.controller.js';
import { Documents } from './documents.service.js';
import { CONTENT_SEEDS } from './content.seeds.js';

/** Datasets of documents. */
@Global()
@Module({
  imports: [DatabaseModule.forFeature([DatasetEntity, DocumentEntity])],
  controllers: [DatasetsController, DocumentsController],
  providers: [
    ContentReadModel,
    provideRepository(DatasetEntity, 'workspace'),
    Datasets,
    provideRepository(DocumentEntity, 'workspace'),
    Documents,
  ],
  exports: [Datasets, Documents],
})
@Seeds(...CONTENT_SEEDS)
export class ContentModule {}

/** Purges content that can no longer be restored; for the worker. */
@Module({ providers: [ContentPurge], exports: [ContentPurge] })
export class ContentWorkerModule {}
