import { Moment, Text, Texts, Uuid, Whole } from '#libs/http';

export class CustomRoleView {
  @Uuid()
  id!: string;
  @Text({ max: 60 })
  name!: string;
  @Texts({ description: 'With account.leave and account.read, which every role has' })
  permissions!: string[];
  @Whole({ min: 1, max: 2_147_483_647 })
  version!: number;
  @Moment()
  created_at!: string;
  @Moment()
  updated_at!: string;
}
