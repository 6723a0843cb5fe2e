import { Choice, Bool, DateTime, Nested, Text, Uuid } from '#libs/http';

export class SignInSessionView {
  @Uuid()
  id!: string;
  @Choice(['browser', 'program'])
  kind!: string;
  @Bool({ description: 'Whether it is the session of this request' })
  current!: boolean;
  @Text({ max: 45, nullable: true, description: 'IP that it was started from' })
  address!: string | null;
  @Text({ max: 400, min: 0, nullable: true })
  user_agent!: string | null;
  @DateTime()
  started_at!: string;
  @DateTime({ description: 'When an access token was last issued for it' })
  last_used_at!: string;
  @DateTime({ description: 'When it expires if it is not used' })
  expires_at!: string;
}

export class SignInSessionsView {
  @Nested(() => SignInSessionView, { list: true })
  items!: SignInSessionView[];
}
