import { Moment, Text, Uuid, Whole } from '#libs/http';

export class DatasetView {
  @Uuid()
  id!: string;
  @Text({ max: 200 })
  name!: string;
  @Text({ max: 2000, min: 0, multiline: true })
  description!: string;
  @Whole({ min: 1, max: 2_147_483_647 })
  version!: number;
  @Moment()
  created_at!: string;
  @Moment()
  updated_at!: string;
  @Moment({ nullable: true, description: 'Set for deleted objects: until when it can be restored' })
  restorable_until!: string | null;
}
