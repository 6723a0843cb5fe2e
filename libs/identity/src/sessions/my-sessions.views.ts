import { Choice, Flag, Moment, Nested, Text, Uuid } from '#libs/http';

export class SignInSessionView {
  @Uuid()
  id!: string;
  @Choice(['browser', 'program'])
  kind!: string;
  @Flag({ description: 'The one that asks' })
  current!: boolean;
  @Text({ max: 45, nullable: true, description: 'Network address that it was begun from' })
  address!: string | null;
  @Text({ max: 400, min: 0, nullable: true })
  user_agent!: string | null;
  @Moment()
  started_at!: string;
  @Moment({ description: 'When a token was last given out under it' })
  last_used_at!: string;
  @Moment({ description: 'When it ends if it is not used' })
  expires_at!: string;
}

export class SignInSessionsView {
  @Nested(() => SignInSessionView, { list: true })
  items!: SignInSessionView[];
}
