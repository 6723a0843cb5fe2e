import { Injectable } from '@nestjs/common';
import { AuditTrail } from '#libs/audit';
import { newId, NotFoundError } from '#libs/context';
import { InjectRepository, Reader, ScopedRepository, UnitOfWork } from '#libs/database';
import type { PageStart } from '#libs/http';
import { NoteEntity } from './note.entity.js';
import type { NoteView } from './notes.controller.js';

/** Commands and readings of notes. */
@Injectable()
export class Notes {
  constructor(
    private readonly work: UnitOfWork,
    @InjectRepository(NoteEntity) private readonly notes: ScopedRepository<NoteEntity>,
    private readonly reader: Reader,
    private readonly trail: AuditTrail,
  ) {}

  /** Writes a note and returns its id. */
  async create(datasetId: string, text: string): Promise<string> {
    const id = newId();
    await this.work.run(async () => {
      await this.notes.insert({ id, datasetId, text });
      await this.trail.record({ category: 'content', action: 'note.create', resource: { type: 'note', id } });
    });
    return id;
  }

  /** Notes, newest first. */
  list({ take, after }: PageStart): Promise<NoteView[]> {
    return this.reader.inWorkspace(
      `select id, dataset_id, text from notes
       where account_id = $1 and workspace_id = $2 and ($4::uuid is null or id < $4) order by id desc limit $3`,
      take,
      after,
    );
  }

  async find(id: string): Promise<NoteView> {
    const [row] = await this.reader.inWorkspace<NoteView & Record<string, unknown>>(
      'select id, dataset_id, text from notes where account_id = $1 and workspace_id = $2 and id = $3',
      id,
    );
    if (!row) throw new NotFoundError();
    return row;
  }
}
