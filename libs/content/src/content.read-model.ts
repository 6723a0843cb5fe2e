import { Injectable } from '@nestjs/common';
import { NotFoundError } from '#libs/context';
import { Reader, selectList } from '#libs/database';
import { fieldsOf, type PageStart } from '#libs/http';
import { DatasetView } from './datasets.views.js';
import { type DocumentHitView, DocumentItemView, DocumentView } from './documents.views.js';
import { RESTORABLE_DAYS } from './soft-deletion.js';

/** Which of them a list shows: those alive, or those deleted that can still be restored. */
export type ContentState = 'active' | 'deleted';

const STATE = {
  active: 'deleted_at is null',
  deleted: `deleted_at > now() - interval '${RESTORABLE_DAYS} days'`,
} as const;
const COMPUTED = { restorable_until: `deleted_at + interval '${RESTORABLE_DAYS} days'` };
const COLUMNS = {
  dataset: selectList(fieldsOf(DatasetView).keys(), COMPUTED),
  item: selectList(fieldsOf(DocumentItemView).keys(), COMPUTED),
  document: selectList(fieldsOf(DocumentView).keys(), COMPUTED),
};
const DATASET = `select ${COLUMNS.dataset} from datasets where account_id = $1 and workspace_id = $2`;
const DOCUMENT_ITEM = `select ${COLUMNS.item} from documents where account_id = $1 and workspace_id = $2`;
const DOCUMENT = `select ${COLUMNS.document} from documents where account_id = $1 and workspace_id = $2`;

// newest first, from where the page before ended
const PAGE = 'and ($4::uuid is null or id < $4) order by id desc limit $3';

/** Reads datasets and documents of the workspace entered, as plain rows. */
@Injectable()
export class ContentReadModel {
  constructor(private readonly reader: Reader) {}

  /** Datasets, newest first. */
  listDatasets(state: ContentState, { take, after }: PageStart): Promise<DatasetView[]> {
    return this.reader.inWorkspace(`${DATASET} and ${STATE[state]} ${PAGE}`, take, after);
  }

  async findDataset(id: string): Promise<DatasetView> {
    return required(
      await this.reader.inWorkspace<DatasetView & Record<string, unknown>>(
        `${DATASET} and id = $3 and ${STATE.active}`,
        id,
      ),
    );
  }

  /** Documents without their texts, newest first; of one dataset, or of all where none is given. */
  listDocuments(
    datasetId: string | undefined,
    state: ContentState,
    { take, after }: PageStart,
  ): Promise<DocumentItemView[]> {
    return datasetId
      ? this.reader.inWorkspace(
          `${DOCUMENT_ITEM} and dataset_id = $5 and ${STATE[state]} ${PAGE}`,
          take,
          after,
          datasetId,
        )
      : this.reader.inWorkspace(`${DOCUMENT_ITEM} and ${STATE[state]} ${PAGE}`, take, after);
  }

  async findDocument(id: string): Promise<DocumentView> {
    const rows = await this.reader.inWorkspace<DocumentView & Record<string, unknown>>(
      `${DOCUMENT} and id = $3 and ${STATE.active}`,
      id,
    );
    return required(rows);
  }

  /** The best matches for some words (websearch syntax of PostgreSQL), with the passage that matches. */
  search(words: string, most: number): Promise<DocumentHitView[]> {
    return this.reader.inWorkspace(
      `select d.id, d.dataset_id, d.title,
         ts_headline('english', left(d.body, 20000), websearch_to_tsquery('english', $3),
           'MaxFragments=1, MinWords=8, MaxWords=24, StartSel="", StopSel=""') as passage
       from app.search_documents($3, $4) f
       join documents d on d.id = f.id
       where d.account_id = $1 and d.workspace_id = $2
       order by f.rank desc, d.id desc`,
      words,
      most,
    );
  }
}

function required<Row>([row]: readonly Row[]): Row {
  if (!row) throw new NotFoundError();
  return row;
}
