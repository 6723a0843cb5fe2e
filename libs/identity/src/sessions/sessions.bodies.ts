import { Text } from '#libs/http';

/** Address and password of whoever signs in. */
export class SignInBody {
  @Text({ max: 320, example: 'olivia@northlight.example' })
  email!: string;
  @Text({ max: 1_024, multiline: true })
  password!: string;
  @Text({
    max: 2_048,
    optional: true,
    description: 'Response of the bot challenge, if the installation uses one',
  })
  challenge?: string;
}

export class RefreshBody {
  @Text({ max: 200, description: 'The refresh token that was returned last' })
  refresh_token!: string;
}
