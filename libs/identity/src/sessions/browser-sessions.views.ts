import { Nested, Text, Texts } from '#libs/http';
import { TokenView, UserView } from './sessions.views.js';

/** Whose a cookie is, and what to send with it. */
export class BrowserSessionView {
  @Nested(() => UserView)
  user!: UserView;
  @Text({ max: 100, description: 'Send it as X-CSRF-Token with whatever the cookie does' })
  csrf_token!: string;
  @Texts({
    description: 'How to prove a second time who one is: POST /v1/me/second-factor; none where one has no factor',
  })
  second_factors!: string[];
}

export class TabView extends TokenView {
  @Text({ max: 36 })
  tab_id!: string;
}
