import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Endpoint, type Page, PageOf, PageQuery, Pages, PathId, Text, Uuid, Resource } from '#libs/http';
import { Notes } from './notes.service.js';

export class NoteView {
  @Uuid()
  id!: string;
  @Uuid()
  dataset_id!: string;
  @Text({ max: 1000 })
  text!: string;
}

class NewNoteBody {
  @Uuid()
  dataset_id!: string;
  @Text({ max: 1000 })
  text!: string;
}

@Resource('notes', 'Notes in a workspace.')
@Controller('v1/notes')
export class NotesController {
  constructor(
    private readonly notes: Notes,
    private readonly pages: Pages,
  ) {}

  @Get()
  @Endpoint({
    summary: 'List notes',
    scope: 'workspace',
    records: ['content', 'note.list'],
    permission: 'datasets.read',
    returns: PageOf(NoteView),
  })
  async list(@Query() query: PageQuery): Promise<Page<NoteView>> {
    const start = this.pages.start('notes', query);
    return this.pages.page('notes', start, await this.notes.list(start));
  }

  @Post()
  @Endpoint({
    summary: 'Write a note',
    scope: 'workspace',
    records: ['content', 'note.create'],
    permission: 'datasets.write',
    returns: NoteView,
    status: 201,
  })
  async create(@Body() { dataset_id: datasetId, text }: NewNoteBody): Promise<NoteView> {
    return this.notes.find(await this.notes.create(datasetId, text));
  }

  @Get(':noteId')
  @Endpoint({
    summary: 'Show a note',
    scope: 'workspace',
    records: ['content', 'note.read'],
    permission: 'datasets.read',
    returns: NoteView,
  })
  show(@PathId('noteId') id: string): Promise<NoteView> {
    return this.notes.find(id);
  }
}
