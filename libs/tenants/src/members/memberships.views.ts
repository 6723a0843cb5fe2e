import { Choice, Bool, Nested, Text, Uuid } from '#libs/http';
import { ROLE_NAMES, type RoleName } from '#libs/roles';

class MembershipView {
  @Uuid()
  account_id!: string;
  @Text({ max: 100, nullable: true })
  name!: string | null;
  @Choice(ROLE_NAMES, { nullable: true })
  role!: RoleName | null;
  @Text({ max: 30 })
  region!: string;
  @Bool({ description: 'False while the cell of the account does not answer' })
  available!: boolean;
}

export class MembershipsView {
  @Nested(() => MembershipView, { list: true })
  items!: MembershipView[];
}
