import { ChangesOf, Text } from '#libs/http';

export class NewNoteBody {
  @Text({ max: 200 })
  title!: string;
  @Text({ max: 10_000, min: 0, multiline: true, optional: true })
  text?: string;
}

export class NoteChangesBody extends ChangesOf(NewNoteBody) {}
