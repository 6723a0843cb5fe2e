import { Nested, Numbers, Text, Uuid, Whole } from '#libs/http';

class UsageItemView {
  @Text({ max: 40 })
  limit!: string;
  @Whole({ min: 0, max: Number.MAX_SAFE_INTEGER })
  used!: number;
  @Whole({ min: 0, max: Number.MAX_SAFE_INTEGER, nullable: true, description: 'Null for as much as one likes' })
  most!: number | null;
  @Numbers([80, 100], { nullable: true, description: 'Percent of the limit that were reached' })
  mark!: 80 | 100 | null;
}

export class UsageView {
  @Uuid()
  account_id!: string;
  @Nested(() => UsageItemView, { list: true })
  items!: readonly UsageItemView[];
}
