import { DateTime, Text, Uuid, Integer } from '#libs/http';

export class NoteView {
  @Uuid()
  id!: string;
  @Text({ max: 200 })
  title!: string;
  @Text({ max: 10_000, min: 0, multiline: true })
  text!: string;
  @Integer({ min: 1, max: 2_147_483_647 })
  version!: number;
  @DateTime()
  created_at!: string;
  @DateTime()
  updated_at!: string;
}
