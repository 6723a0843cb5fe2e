import { ChangesOf, Choice, PageQuery, Text } from '#libs/http';
import { type ContentState } from './content.read-model.js';

export class NewDatasetBody {
  @Text({ max: 200 })
  name!: string;
  @Text({ max: 2000, min: 0, multiline: true, optional: true })
  description?: string;
}

export class DatasetChangesBody extends ChangesOf(NewDatasetBody) {}

export class DatasetsQuery extends PageQuery {
  @Choice(['active', 'deleted'], { optional: true, description: 'Default active' })
  state?: ContentState;
}
