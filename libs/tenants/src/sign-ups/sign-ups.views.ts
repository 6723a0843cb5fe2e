import { Choice, Nested, StringArray, Uuid } from '#libs/http';
import { UserView } from '#libs/identity';
import type { SubscriptionStart } from '../accounts/subscribing.port.js';

export class OpenedAccountView {
  @Uuid({ description: 'Enter it: POST /v1/me/accounts/{accountId}/enter' })
  account_id!: string;
  @Uuid()
  workspace_id!: string;
  @Choice(['trial', 'unpaid', 'granted'], {
    description:
      'A person has one trial: an account that is unpaid can be read, and changed once a plan is bought. Granted: nothing is sold here',
  })
  subscription!: SubscriptionStart;
}

export class SignedUpView extends OpenedAccountView {
  @Nested(() => UserView)
  user!: UserView;
}

export class RegionsView {
  @StringArray()
  items!: string[];
}
