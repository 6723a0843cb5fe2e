import { Nested, Text, StringArray } from '#libs/http';
import { TokenView, UserView } from './sessions.views.js';

/** Whose a cookie is, and what to send with it. */
export class BrowserSessionView {
  @Nested(() => UserView)
  user!: UserView;
  @Text({ max: 100, description: 'Send it as X-CSRF-Token with every request that uses the cookie' })
  csrf_token!: string;
  @StringArray({
    description: 'Available methods for POST /v1/me/second-factor; empty without a second factor',
  })
  second_factors!: string[];
}

export class TabView extends TokenView {
  @Text({ max: 36 })
  tab_id!: string;
}
