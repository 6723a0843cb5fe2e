export { DatasetDeletedError } from './content.errors.js';
export { ContentModule } from './content.module.js';
export { type DatasetChanges, Datasets } from './datasets.service.js';
export { Documents, type NewDocument } from './documents.service.js';
