import { ChangesOf, Choice, PageQuery, Text, Uuid, Integer } from '#libs/http';
import { type ContentState } from './content.read-model.js';
import { LONGEST_BODY } from './documents.views.js';

const WEB_ADDRESS = /^https?:\/\/\S+$/;

export class NewDocumentBody {
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

export class DocumentChangesBody extends ChangesOf(NewDocumentBody, ['dataset_id']) {}

export class DocumentsQuery extends PageQuery {
  @Uuid({ optional: true, description: 'Documents of this dataset only' })
  dataset_id?: string;
  @Choice(['active', 'deleted'], { optional: true, description: 'Default active' })
  state?: ContentState;
}

export class SearchQuery {
  @Text({ max: 200, description: 'Search words; supports "phrases", or, and -exclusion' })
  q!: string;
  @Integer({ min: 1, max: 100, optional: true, description: 'Default 20' })
  limit?: number;
}
