import { Choice, Bool, DateTime, Nested, Text, Uuid } from '#libs/http';
import { UserView } from '#libs/identity';
import { ROLE_NAMES, type RoleName } from '#libs/roles';

export class OpenInvitationView {
  @Text({ max: 100 })
  account_name!: string;
  @Text({ max: 30 })
  region!: string;
  @Text({ max: 320 })
  email!: string;
  @Choice(ROLE_NAMES)
  role!: RoleName;
  @Text({ max: 60, nullable: true, description: 'Name of the custom role' })
  role_name!: string | null;
  @DateTime()
  expires_at!: string;
  @Bool({ description: 'Whether a user with the email exists. If not, accept as a new person' })
  has_sign_in!: boolean;
}

export class AcceptedView {
  @Uuid({ description: 'Enter it: POST /v1/me/accounts/{accountId}/enter' })
  account_id!: string;
}

export class AcceptedAsNewView extends AcceptedView {
  @Nested(() => UserView)
  user!: UserView;
}
