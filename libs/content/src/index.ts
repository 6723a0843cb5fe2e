export { DatasetDeletedError } from './content.errors.js';
export { ContentModule, ContentWorkerModule } from './content.module.js';
export { ContentPurge } from './content-purge.service.js';
export { type DatasetChanges, Datasets } from './datasets.service.js';
export { Documents, type NewDocument } from './documents.service.js';
