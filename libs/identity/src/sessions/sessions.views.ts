import { Choice, Nested, Text, StringArray, Uuid, Integer } from '#libs/http';

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
  @Integer({ min: 1, max: 3_600, description: 'Lifetime in seconds; the session can end earlier' })
  expires_in!: number;
  @Uuid({ nullable: true, description: 'The account of the token; null before an account is entered' })
  account_id!: string | null;
  @Uuid({ nullable: true, description: 'The workspace of the token; null before a workspace is entered' })
  workspace_id!: string | null;
}

/** What takes the place of everything that a client held before it proved once more who it is. */
export class RaisedView extends TokenView {
  @Text({ max: 200, optional: true, description: 'For a program: replaces the earlier refresh token' })
  refresh_token?: string;
  @Text({ max: 100, optional: true, description: 'For a browser, whose cookie is replaced: send it as X-CSRF-Token' })
  csrf_token?: string;
}

export class RefreshedView extends TokenView {
  @Text({ max: 200, description: 'Can be used once: POST /v1/sessions/refresh' })
  refresh_token!: string;
}

export class SignInView extends RefreshedView {
  @StringArray({
    description: 'Available methods for POST /v1/me/second-factor; empty without a second factor',
  })
  second_factors!: string[];
  @Nested(() => UserView)
  user!: UserView;
}

/** Which cells have not heard of a sign-out. */
export class SignOutView {
  @StringArray({ description: 'Cells that have not ended the sessions yet; they are retried' })
  pending_cells!: string[];
}
