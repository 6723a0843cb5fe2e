import { Injectable } from '@nestjs/common';
import { NotFoundError } from '#libs/context';
import { Reader, selectList } from '#libs/database';
import { fieldsOf, type PageStart } from '#libs/http';
import { NoteView } from './notes.views.js';

const COLUMNS = selectList(fieldsOf(NoteView).keys());
const NOTES = `select ${COLUMNS} from notes where account_id = $1 and workspace_id = $2`;

/** Reads the notes of the workspace entered, as plain rows. */
@Injectable()
export class NotesReadModel {
  constructor(private readonly reader: Reader) {}

  /** Notes, newest first. */
  list({ take, after }: PageStart): Promise<NoteView[]> {
    return this.reader.inWorkspace(`${NOTES} and ($4::uuid is null or id < $4) order by id desc limit $3`, take, after);
  }

  /** @throws {NotFoundError} */
  async find(id: string): Promise<NoteView> {
    const [row] = await this.reader.inWorkspace<NoteView & Record<string, unknown>>(`${NOTES} and id = $3`, id);
    if (!row) throw new NotFoundError();
    return row;
  }
}
