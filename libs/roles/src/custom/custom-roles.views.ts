import { DateTime, Text, StringArray, Uuid, Integer } from '#libs/http';

export class CustomRoleView {
  @Uuid()
  id!: string;
  @Text({ max: 60 })
  name!: string;
  @StringArray({ description: 'With account.leave and account.read, which every role has' })
  permissions!: string[];
  @Integer({ min: 1, max: 2_147_483_647 })
  version!: number;
  @DateTime()
  created_at!: string;
  @DateTime()
  updated_at!: string;
}
