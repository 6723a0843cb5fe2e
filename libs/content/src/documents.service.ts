import { Injectable } from '@nestjs/common';
import { AuditTrail, type Change, changesBetween, type Act } from '#libs/audit';
import { newId, NotFoundError } from '#libs/context';
import { UnitOfWork, InjectRepository, ScopedRepository } from '#libs/database';
import { Entitlements } from '#libs/entitlements';
import { assertVersion } from '#libs/http';
import { DatasetDeletedError } from './content.errors.js';
import { DocumentEntity } from './document.entity.js';
import { isRestorable } from './soft-deletion.js';
import { DatasetEntity } from './dataset.entity.js';
import { DOCUMENT } from './content.acts.js';

/** A document to be written. Default an empty body without a source. */
export type NewDocument = Readonly<Pick<DocumentEntity, 'title'> & Partial<Pick<DocumentEntity, 'body' | 'sourceUrl'>>>;

/** Commands on the documents of the workspace entered. Their texts are not copied into the audit trail. */
@Injectable()
export class Documents {
  constructor(
    private readonly work: UnitOfWork,
    @InjectRepository(DocumentEntity) private readonly documents: ScopedRepository<DocumentEntity>,
    @InjectRepository(DatasetEntity) private readonly datasets: ScopedRepository<DatasetEntity>,
    private readonly entitlements: Entitlements,
    private readonly trail: AuditTrail,
  ) {}

  /** Writes a document into a dataset and returns its id. @throws {NotFoundError} where the dataset is not there @throws {LimitReachedError} */
  async create(datasetId: string, document: NewDocument): Promise<string> {
    const [id] = await this.createMany(datasetId, [document]);
    return id as string;
  }

  /** Writes many documents into a dataset, all or none, with one entry for the dataset; returns their ids in order. */
  async createMany(datasetId: string, documents: readonly NewDocument[]): Promise<string[]> {
    const rows = documents.map((document) => ({ id: newId(), datasetId, body: '', ...document }));
    await this.work.run(async () => {
      const dataset = await this.datasets.findLocked({ id: datasetId }, 'share');
      if (!dataset || dataset.deletedAt) throw new NotFoundError();
      await this.documents.insertMany(rows);
      await this.entitlements.requireRoom({ documents: rows.length, storage_bytes: sizeOf(...rows) });
      const [only] = rows;
      if (rows.length === 1 && only) await this.record(DOCUMENT.create, only.id, { title: { to: only.title } });
      else {
        const changes = { documents: { to: rows.length } };
        await this.trail.record({
          ...DOCUMENT.import,
          resource: { type: 'dataset', id: datasetId },
          changes,
        });
      }
    });
    return rows.map(({ id }) => id);
  }

  /**
   * Changes a document.
   *
   * @throws {NotFoundError} @throws {PreconditionFailedError} where `version` is not the newest @throws {LimitReachedError}
   */
  async update(id: string, version: number, changes: Partial<NewDocument>): Promise<void> {
    await this.work.run(async () => {
      const before = await this.requireAlive(id);
      await this.documents.updateVersion({ id }, changes, version);
      await this.entitlements.requireRoom({ storage_bytes: sizeOf({ ...before, ...changes }) - sizeOf(before) });
      await this.record(DOCUMENT.update, id, changesOf(before, changes));
    });
  }

  /**
   * Deletes a document, restorably.
   *
   * @param version undefined for whichever there is.
   * @throws {NotFoundError} @throws {PreconditionFailedError} where `version` is not the newest
   */
  async delete(id: string, version?: number): Promise<void> {
    await this.work.run(async () => {
      assertVersion(await this.requireAlive(id), version);
      await this.documents.updateVersion({ id }, { deletedAt: () => 'now()' });
      await this.record(DOCUMENT.delete, id, {});
    });
  }

  /** Brings a deleted document back. @throws {NotFoundError} after 30 days, too @throws {DatasetDeletedError} @throws {LimitReachedError} */
  async restore(id: string): Promise<void> {
    await this.work.run(async () => {
      const document = await this.documents.findLocked({ id });
      if (!document || !isRestorable(document.deletedAt)) throw new NotFoundError();
      const dataset = await this.datasets.findLocked({ id: document.datasetId }, 'share');
      if (dataset?.deletedAt) throw new DatasetDeletedError();
      await this.documents.updateVersion({ id }, { deletedAt: null });
      await this.entitlements.requireRoom({ documents: 1, storage_bytes: sizeOf(document) });
      await this.record(DOCUMENT.restore, id, {});
    });
  }

  private async requireAlive(id: string): Promise<DocumentEntity> {
    const document = await this.documents.findLocked({ id });
    if (!document || document.deletedAt) throw new NotFoundError();
    return document;
  }

  private record(act: Act, id: string, changes: Record<string, Change>): Promise<void> {
    return this.trail.record({ ...act, resource: { type: 'document', id }, changes });
  }
}

/** What changes, as it was and is; of the text only its length. */
function changesOf(before: DocumentEntity, { body, ...changes }: Partial<NewDocument>): Record<string, Change> {
  return {
    ...changesBetween(before, changes),
    ...(body !== undefined && body !== before.body && { body_length: { from: before.body.length, to: body.length } }),
  };
}

/** Bytes that documents are counted with: their titles and texts. */
function sizeOf(...documents: readonly { readonly title: string; readonly body: string }[]): number {
  return documents.reduce((sum, { title, body }) => sum + Buffer.byteLength(title) + Buffer.byteLength(body), 0);
}
