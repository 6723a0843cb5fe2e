export { DatasetDeletedError } from './content.errors.js';
export { ContentModule, ContentWorkerModule } from './content.module.js';
export { ContentPurge } from './content-purge.service.js';
export { Datasets, type NewDataset } from './datasets.service.js';
export { Documents, type NewDocument } from './documents.service.js';
