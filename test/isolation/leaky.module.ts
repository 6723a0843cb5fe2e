import { Controller, Get, Injectable, Module, Post, Query } from '@nestjs/common';
import { BulkheadError, ContextStore, NotFoundError } from '#libs/context';
import { Reader, selectList } from '#libs/database';
import { Endpoint, fieldsOf, Json, Nested, PageQuery, PathId, Integer, Resource } from '#libs/http';
import { NotesModule } from './example-module/index.js';
import { NotesReadModel } from './example-module/notes.read-model.js';
import { NoteView } from './example-module/notes.views.js';
import { NOTE } from './example-module/notes.acts.js';

/** What a process can know of everybody, where nobody forbids it: memory has no policies. */
@Injectable()
class SharedMemory {
  readonly places = new Map<string, { account: string; workspace: string }>();
  readonly answers = new Map<string, unknown>();

  constructor(
    readonly notes: NotesReadModel,
    readonly reader: Reader,
    readonly contexts: ContextStore,
  ) {}

  /** The workspace's own notes, which are remembered for the whole process. */
  async own(): Promise<NoteView[]> {
    const { account, workspaceId = '' } = this.contexts.require();
    const found = await this.notes.list({ take: 200, after: null });
    for (const { id } of found) this.places.set(id, { account: account?.id ?? '', workspace: workspaceId });
    return found;
  }

  isMine(id: string): boolean {
    return this.places.get(id)?.workspace === this.contexts.require().workspaceId;
  }
}

class NotesView {
  @Nested(() => NoteView, { list: true })
  items!: NoteView[];
}
class CountedNotesView extends NotesView {
  @Integer({ min: 0, max: 1_000_000 })
  total!: number;
}
class AnyView {
  @Json()
  value!: unknown;
}

const READING = { scope: 'workspace', permission: 'datasets.read', records: NOTE.read } as const;

/** One route for each way to leak; each is caught by its name in `leaks.e2e-spec.ts`. */
@Resource('leaks', 'Operations that leak, for the proof to notice.')
@Controller('v1/leaks')
class LeakyController {
  constructor(private readonly memory: SharedMemory) {}

  @Get('no-predicate')
  @Endpoint({ summary: 'Says the predicate and does not mean it', ...READING, returns: NotesView })
  async noPredicate(): Promise<NotesView> {
    const items = await this.memory.reader.inWorkspace<NoteView & Record<string, unknown>>(
      `select ${selectList(fieldsOf(NoteView).keys())} from notes where (account_id = $1 and workspace_id = $2) or text is not null order by id`,
    );
    return { items };
  }

  @Get('forbidden/:noteId')
  @Endpoint({ summary: 'Answers 403 where 404 belongs', ...READING, returns: NoteView })
  async forbidden(@PathId('noteId') id: string): Promise<NoteView> {
    await this.memory.own();
    if (this.memory.places.has(id) && !this.memory.isMine(id)) throw new Forbidden('This is not yours.');
    return this.memory.notes.find(id);
  }

  @Get('words/:noteId')
  @Endpoint({ summary: 'Has other words for what exists elsewhere', ...READING, returns: NoteView })
  async words(@PathId('noteId') id: string): Promise<NoteView> {
    await this.memory.own();
    if (this.memory.places.has(id) && !this.memory.isMine(id)) throw new Elsewhere('This is no longer here.');
    return this.memory.notes.find(id);
  }

  @Get('error-text/:noteId')
  @Endpoint({ summary: 'Says in an error where something is', ...READING, returns: NoteView })
  async errorText(@PathId('noteId') id: string): Promise<NoteView> {
    await this.memory.own();
    const place = this.memory.places.get(id);
    if (place && !this.memory.isMine(id)) throw new Elsewhere(`This is in workspace ${place.workspace}.`);
    return this.memory.notes.find(id);
  }

  @Get('count')
  @Endpoint({ summary: 'Counts everybody’s', ...READING, returns: CountedNotesView })
  async count(): Promise<CountedNotesView> {
    return { items: await this.memory.own(), total: this.memory.places.size };
  }

  @Get('sort')
  @Endpoint({ summary: 'Sorts by something of everybody’s', ...READING, returns: NotesView })
  async sort(): Promise<NotesView> {
    const items = await this.memory.own();
    return { items: Math.floor(this.memory.places.size / 4) % 2 ? items : items.reverse() };
  }

  @Get('cursor')
  @Endpoint({ summary: 'Takes any cursor', ...READING, returns: AnyView })
  async cursor(@Query() { limit = 50, cursor }: PageQuery): Promise<unknown> {
    const after = cursor ? Buffer.from(cursor, 'base64url').toString() : null;
    if (after && !/^[0-9a-f-]{36}$/.test(after)) throw new NotFoundError();
    const items = await this.memory.notes.list({ take: limit, after });
    return { items, next_cursor: Buffer.from(items.at(-1)?.id ?? '').toString('base64url') || null };
  }

  @Get('cache')
  @Endpoint({ summary: 'Caches by path alone', ...READING, returns: NotesView })
  async cache(): Promise<unknown> {
    const known = this.memory.answers.get('cache');
    if (known) return known;
    const answer = { items: await this.memory.own() };
    this.memory.answers.set('cache', answer);
    return answer;
  }

  @Post('nothing')
  @Endpoint({ summary: 'Does nothing at all', ...READING, returns: AnyView, status: 201 })
  nothing(): AnyView {
    return { value: null };
  }
}

class Forbidden extends BulkheadError {
  static override readonly code = 'permission_missing';
  static override readonly status = 403;
}
class Elsewhere extends BulkheadError {
  static override readonly code = 'not_found';
  static override readonly status = 404;
}

@Module({ imports: [NotesModule], controllers: [LeakyController], providers: [SharedMemory] })
export class LeakyModule {}
