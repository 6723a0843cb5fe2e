import { Text } from '#libs/http';

export class ResetRequestBody {
  @Text({ max: 320, example: 'olivia@northlight.example' })
  email!: string;
}

export class ResetBody {
  @Text({ max: 200, description: 'Token of the mail' })
  token!: string;
  @Text({ max: 1_024, multiline: true, description: 'At least 12 characters, neither common nor easy to guess' })
  new_password!: string;
}

export class ReauthenticationBody {
  @Text({ max: 1_024, multiline: true })
  current_password!: string;
}

export class PasswordChangeBody extends ReauthenticationBody {
  @Text({ max: 1_024, multiline: true, description: 'At least 12 characters, neither common nor easy to guess' })
  new_password!: string;
}
