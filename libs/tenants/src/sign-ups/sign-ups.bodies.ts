import { Text } from '#libs/http';

export class SignUpBody {
  @Text({ max: 320, example: 'olivia@northlight.example' })
  email!: string;
  @Text({
    max: 2_048,
    optional: true,
    description: 'Response of the bot challenge, if the installation uses one',
  })
  challenge?: string;
}

export class NewAccountBody {
  @Text({ max: 100, example: 'Northlight Studio' })
  account_name!: string;
  @Text({
    max: 30,
    description: 'Region in which all data of the account is stored, one of GET /v1/regions',
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
  @Text({ max: 100, description: 'Name of the first workspace', example: 'Harbour Coffee' })
  workspace_name!: string;
}

export class SignUpCompletionBody extends NewAccountBody {
  @Text({ max: 200, description: 'Token of the mail' })
  token!: string;
  @Text({ max: 100, description: 'Your name' })
  name!: string;
  @Text({ max: 1_024, multiline: true, description: 'At least 12 characters, neither common nor easy to guess' })
  new_password!: string;
}
