import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import {
  camelCased,
  Changes,
  Endpoint,
  IfMatch,
  OptionalIfMatch,
  type Page,
  PageOf,
  PageQuery,
  Pages,
  PathId,
  Resource,
} from '#libs/http';
import { NewNoteBody, NoteChangesBody } from './notes.bodies.js';
import { NotesReadModel } from './notes.read-model.js';
import { Notes } from './notes.service.js';
import { NoteView } from './notes.views.js';
import { NOTE } from './notes.acts.js';

@Resource('notes', 'Notes in a workspace.')
@Controller(['v1/workspaces/:workspaceId/notes', 'v1/notes'])
export class NotesController {
  constructor(
    private readonly notes: Notes,
    private readonly reads: NotesReadModel,
    private readonly pages: Pages,
  ) {}

  @Get()
  @Endpoint({
    summary: 'List notes',
    scope: 'workspace',
    records: NOTE.list,
    permission: 'datasets.read',
    authorizedWithRead: true,
    returns: PageOf(NoteView),
  })
  async list(@Query() query: PageQuery): Promise<Page<NoteView>> {
    const start = this.pages.start('notes', query);
    return this.pages.page('notes', start, await this.reads.list(start));
  }

  @Post()
  @Endpoint({
    summary: 'Create a note',
    scope: 'workspace',
    records: NOTE.create,
    permission: 'datasets.write',
    returns: NoteView,
    status: 201,
  })
  async create(@Body() body: NewNoteBody): Promise<NoteView> {
    return this.reads.find(await this.notes.create(camelCased(body)));
  }

  @Get(':noteId')
  @Endpoint({
    summary: 'Show a note',
    scope: 'workspace',
    records: NOTE.read,
    permission: 'datasets.read',
    authorizedWithRead: true,
    returns: NoteView,
  })
  show(@PathId('noteId') id: string): Promise<NoteView> {
    return this.reads.find(id);
  }

  @Patch(':noteId')
  @Endpoint({
    summary: 'Change a note',
    scope: 'workspace',
    records: NOTE.update,
    permission: 'datasets.write',
    returns: NoteView,
    conditional: true,
  })
  async update(
    @PathId('noteId') id: string,
    @IfMatch() version: number,
    @Changes() changes: NoteChangesBody,
  ): Promise<NoteView> {
    await this.notes.update(id, version, camelCased(changes));
    return this.reads.find(id);
  }

  @Delete(':noteId')
  @Endpoint({
    summary: 'Delete a note',
    scope: 'workspace',
    records: NOTE.delete,
    permission: 'datasets.delete',
    whileReadOnly: true,
    conditional: 'optional',
  })
  delete(@PathId('noteId') id: string, @OptionalIfMatch() version: number | undefined): Promise<void> {
    return this.notes.delete(id, version);
  }
}
