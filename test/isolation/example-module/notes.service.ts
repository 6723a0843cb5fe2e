import { Injectable } from '@nestjs/common';
import { AuditTrail, type Change, changesBetween, type Act } from '#libs/audit';
import { newId, NotFoundError } from '#libs/context';
import { InjectRepository, ScopedRepository, UnitOfWork } from '#libs/database';
import { assertVersion } from '#libs/http';
import { NoteEntity } from './note.entity.js';
import { NOTE } from './notes.acts.js';

/** A note to be created. Default an empty text. */
export type NewNote = Readonly<Pick<NoteEntity, 'title'> & Partial<Pick<NoteEntity, 'text'>>>;

/** Commands on the notes of the workspace entered. */
@Injectable()
export class Notes {
  constructor(
    private readonly work: UnitOfWork,
    @InjectRepository(NoteEntity) private readonly notes: ScopedRepository<NoteEntity>,
    private readonly trail: AuditTrail,
  ) {}

  /** Creates a note and returns its id. */
  async create(note: NewNote): Promise<string> {
    const id = newId();
    await this.work.run(async () => {
      await this.notes.insert({ id, ...note });
      await this.record(NOTE.create, id, { title: { to: note.title } });
    });
    return id;
  }

  /** Changes a note. @throws {NotFoundError} @throws {PreconditionFailedError} where `version` is not the newest */
  async update(id: string, version: number, changes: Partial<NewNote>): Promise<void> {
    await this.work.run(async () => {
      const before = await this.lock(id);
      await this.notes.updateVersion({ id }, changes, version);
      await this.record(NOTE.update, id, changesBetween(before, changes));
    });
  }

  /**
   * Deletes a note.
   *
   * @param version undefined for whichever there is.
   * @throws {NotFoundError} @throws {PreconditionFailedError} where `version` is not the newest
   */
  async delete(id: string, version?: number): Promise<void> {
    await this.work.run(async () => {
      assertVersion(await this.lock(id), version);
      await this.notes.delete({ id });
      await this.record(NOTE.delete, id, {});
    });
  }

  private async lock(id: string): Promise<NoteEntity> {
    const note = await this.notes.findLocked({ id });
    if (!note) throw new NotFoundError();
    return note;
  }

  private record(act: Act, id: string, changes: Record<string, Change>): Promise<void> {
    return this.trail.record({ ...act, resource: { type: 'note', id }, changes });
  }
}
