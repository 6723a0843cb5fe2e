import { Nested, Numbers, Text, Uuid, Integer } from '#libs/http';

class UsageItemView {
  @Text({ max: 40 })
  limit!: string;
  @Integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
  used!: number;
  @Integer({ min: 0, max: Number.MAX_SAFE_INTEGER, nullable: true, description: 'Null for unlimited' })
  most!: number | null;
  @Numbers([80, 100], { nullable: true, description: 'Thresholds that were reached, in percent of the limit' })
  mark!: 80 | 100 | null;
}

export class UsageView {
  @Uuid()
  account_id!: string;
  @Nested(() => UsageItemView, { list: true })
  items!: readonly UsageItemView[];
}
