import { DateTime, Text, Uuid, Integer } from '#libs/http';

export class DatasetView {
  @Uuid()
  id!: string;
  @Text({ max: 200 })
  name!: string;
  @Text({ max: 2000, min: 0, multiline: true })
  description!: string;
  @Integer({ min: 1, max: 2_147_483_647 })
  version!: number;
  @DateTime()
  created_at!: string;
  @DateTime()
  updated_at!: string;
  @DateTime({ nullable: true, description: 'Set for deleted objects: until when it can be restored' })
  restorable_until!: string | null;
}
