import { Injectable } from '@nestjs/common';
import { AuditTrail, type Change, changesBetween, type Act } from '#libs/audit';
import { newId, NotFoundError } from '#libs/context';
import { UnitOfWork, InjectRepository, ScopedRepository } from '#libs/database';
import { Entitlements } from '#libs/entitlements';
import { assertVersion } from '#libs/http';
import { IsNull } from 'typeorm';
import { DatasetEntity } from './dataset.entity.js';
import { isRestorable } from './soft-deletion.js';
import { DocumentEntity } from './document.entity.js';
import { DATASET } from './content.acts.js';

/** A dataset to be created. Default an empty description. */
export type NewDataset = Readonly<Pick<DatasetEntity, 'name'> & Partial<Pick<DatasetEntity, 'description'>>>;

/** Commands on the datasets of the workspace entered. */
@Injectable()
export class Datasets {
  constructor(
    private readonly work: UnitOfWork,
    @InjectRepository(DatasetEntity) private readonly datasets: ScopedRepository<DatasetEntity>,
    @InjectRepository(DocumentEntity) private readonly documents: ScopedRepository<DocumentEntity>,
    private readonly entitlements: Entitlements,
    private readonly trail: AuditTrail,
  ) {}

  /** Creates a dataset and returns its id. */
  async create(dataset: NewDataset): Promise<string> {
    const id = newId();
    await this.work.run(async () => {
      await this.datasets.insert({ id, ...dataset });
      await this.record(DATASET.create, id, { name: { to: dataset.name } });
    });
    return id;
  }

  /** Changes a dataset. @throws {NotFoundError} @throws {PreconditionFailedError} where `version` is not the newest */
  async update(id: string, version: number, changes: Partial<NewDataset>): Promise<void> {
    await this.work.run(async () => {
      const before = await this.requireAlive(id);
      await this.datasets.updateVersion({ id }, changes, version);
      await this.record(DATASET.update, id, changesBetween(before, changes));
    });
  }

  /**
   * Deletes a dataset with its documents, restorably.
   *
   * @param version undefined for whichever there is.
   * @throws {NotFoundError} @throws {PreconditionFailedError} where `version` is not the newest
   */
  async delete(id: string, version?: number): Promise<void> {
    await this.work.run(async () => {
      assertVersion(await this.requireAlive(id), version);
      // one moment for all, so that restoring knows which documents went with it; a deleted document keeps its own
      const deletedAt = new Date();
      const count = await this.documents.update({ datasetId: id, deletedAt: IsNull() }, { deletedAt });
      await this.datasets.updateVersion({ id }, { deletedAt });
      await this.record(DATASET.delete, id, { documents: { from: count, to: 0 } });
    });
  }

  /** Brings a dataset back with the documents that went with it. @throws {NotFoundError} after 30 days, too @throws {LimitReachedError} */
  async restore(id: string): Promise<void> {
    await this.work.run(async () => {
      const dataset = await this.datasets.findLocked({ id });
      if (!dataset?.deletedAt || !isRestorable(dataset.deletedAt)) throw new NotFoundError();
      const count = await this.documents.update({ datasetId: id, deletedAt: dataset.deletedAt }, { deletedAt: null });
      await this.datasets.updateVersion({ id }, { deletedAt: null });
      await this.entitlements.requireRoom({ documents: count, storage_bytes: count });
      await this.record(DATASET.restore, id, { documents: { from: 0, to: count } });
    });
  }

  private async requireAlive(id: string): Promise<DatasetEntity> {
    const dataset = await this.datasets.findLocked({ id });
    if (!dataset || dataset.deletedAt) throw new NotFoundError();
    return dataset;
  }

  private record(act: Act, id: string, changes: Record<string, Change>): Promise<void> {
    return this.trail.record({ ...act, resource: { type: 'dataset', id }, changes });
  }
}
