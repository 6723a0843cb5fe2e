import { DateTime, Nested, Text, Uuid, Integer } from '#libs/http';

export const LONGEST_BODY = 200_000;

export class DocumentItemView {
  @Uuid()
  id!: string;
  @Uuid()
  dataset_id!: string;
  @Text({ max: 300 })
  title!: string;
  @Text({ max: 2000, nullable: true })
  source_url!: string | null;
  @Integer({ min: 1, max: 2_147_483_647 })
  version!: number;
  @DateTime()
  created_at!: string;
  @DateTime()
  updated_at!: string;
  @DateTime({ nullable: true, description: 'Set for deleted objects: until when it can be restored' })
  restorable_until!: string | null;
}

export class DocumentView extends DocumentItemView {
  @Text({ max: LONGEST_BODY, min: 0, multiline: true })
  body!: string;
}

export class DocumentHitView {
  @Uuid()
  id!: string;
  @Uuid()
  dataset_id!: string;
  @Text({ max: 300 })
  title!: string;
  @Text({ max: 2000, min: 0, multiline: true, description: 'The passage that matches' })
  passage!: string;
}

export class DocumentHitsView {
  @Nested(() => DocumentHitView, { list: true })
  items!: DocumentHitView[];
}
