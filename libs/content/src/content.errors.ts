import { BulkheadError } from '#libs/context';

/** The document's dataset is deleted as well. */
export class DatasetDeletedError extends BulkheadError {
  static override readonly code = 'dataset_deleted';
  static override readonly status = 409;

  constructor() {
    super('The dataset of this document is deleted as well. Restore the dataset first.');
  }
}
