import { Text } from '#libs/http';

export class InvitationTokenBody {
  @Text({ max: 200, description: 'Token of the mail' })
  token!: string;
}

export class AcceptAsNewBody extends InvitationTokenBody {
  @Text({ max: 100 })
  name!: string;
  @Text({ max: 1_024, multiline: true, description: 'At least 12 characters, neither common nor easy to guess' })
  new_password!: string;
}
