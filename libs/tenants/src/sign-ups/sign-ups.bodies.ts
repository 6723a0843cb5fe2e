import { Text } from '#libs/http';

export class SignUpBody {
  @Text({ max: 320, example: 'olivia@northlight.example' })
  email!: string;
  @Text({
    max: 2_048,
    optional: true,
    description: 'What the challenge on the page gave, where the installation has one',
  })
  challenge?: string;
}

export class NewAccountBody {
  @Text({ max: 100, example: 'Northlight Studio' })
  account_name!: string;
  @Text({
    max: 30,
    description: 'One of GET /v1/regions; where everything of the account is kept',
    example: 'eu-west-1',
  })
  region!: string;
  @Text({
    max: 64,
    pattern: /^[A-Za-z0-9_+\-/]+$/,
    form: 'a time zone of the IANA database',
    optional: true,
    example: 'Europe/Dublin',
  })
  time_zone?: string;
  @Text({ max: 100, description: 'The first client brand', example: 'Harbour Coffee' })
  workspace_name!: string;
}

export class SignUpCompletionBody extends NewAccountBody {
  @Text({ max: 200, description: 'What the mail carries' })
  token!: string;
  @Text({ max: 100, description: 'What you are called' })
  name!: string;
  @Text({ max: 1_024, multiline: true, description: 'At least 12 characters, not common, not easy to guess' })
  new_password!: string;
}
