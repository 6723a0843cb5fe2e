import { Moment, Text, Uuid, Whole } from '#libs/http';

export class NoteView {
  @Uuid()
  id!: string;
  @Text({ max: 200 })
  title!: string;
  @Text({ max: 10_000, min: 0, multiline: true })
  text!: string;
  @Whole({ min: 1, max: 2_147_483_647 })
  version!: number;
  @Moment()
  created_at!: string;
  @Moment()
  updated_at!: string;
}
