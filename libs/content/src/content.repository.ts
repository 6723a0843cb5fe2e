import { Injectable } from '@nestjs/common';
import { ScopedRepository, UnitOfWork } from '#libs/database';
import { DatasetEntity } from './dataset.entity.js';
import { DocumentEntity } from './document.entity.js';

/** Datasets of the workspace entered, deleted ones included. */
@Injectable()
export class DatasetRepository extends ScopedRepository<DatasetEntity> {
  constructor(work: UnitOfWork) {
    super(DatasetEntity, 'workspace', work);
  }
}

/** Documents of the workspace entered, deleted ones included. */
@Injectable()
export class DocumentRepository extends ScopedRepository<DocumentEntity> {
  constructor(work: UnitOfWork) {
    super(DocumentEntity, 'workspace', work);
  }
}
