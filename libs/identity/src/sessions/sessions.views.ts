import { Choice, Nested, Text, Texts, Uuid, Whole } from '#libs/http';

/** A person as they see themselves. */
export class UserView {
  @Uuid()
  id!: string;
  @Text({ max: 100 })
  name!: string;
  @Text({ max: 320 })
  email!: string;
}

/** The answer of whatever gives out a token: signing in, entering an account, entering a workspace. */
export class TokenView {
  @Text({ max: 4000, description: 'Send it as: Authorization: Bearer …' })
  access_token!: string;
  @Choice(['Bearer'])
  token_type!: 'Bearer';
  @Whole({ min: 1, max: 3_600, description: 'Seconds; the session behind it can end sooner' })
  expires_in!: number;
  @Uuid({ nullable: true, description: 'The account that it is for; null before one was entered' })
  account_id!: string | null;
  @Uuid({ nullable: true, description: 'The workspace that it is for; null before one was entered' })
  workspace_id!: string | null;
}

/** What takes the place of everything that a client held before it proved once more who it is. */
export class RaisedView extends TokenView {
  @Text({ max: 200, optional: true, description: 'Of a program; the one before is dead' })
  refresh_token?: string;
  @Text({ max: 100, optional: true, description: 'Of a browser, whose cookie was replaced; send it as X-CSRF-Token' })
  csrf_token?: string;
}

export class RefreshedView extends TokenView {
  @Text({ max: 200, description: 'Good once: POST /v1/sessions/refresh' })
  refresh_token!: string;
}

export class SignInView extends RefreshedView {
  @Texts({
    description: 'How to prove a second time who one is: POST /v1/me/second-factor; none where one has no factor',
  })
  second_factors!: string[];
  @Nested(() => UserView)
  user!: UserView;
}

/** Which cells have not heard of a sign-out. */
export class SignOutView {
  @Texts({ description: 'Cells that have not heard of it yet; they will' })
  pending_cells!: string[];
}
