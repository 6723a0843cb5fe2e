import { Injectable } from '@nestjs/common';
import type { EventSource } from '#libs/audit';
import { RequestContext } from '#libs/context';
import { Directory } from '#libs/database';
import { UnauthenticatedError } from '#libs/http';
import { hashOf } from '../tokens/token-hash.js';
import type { User } from '../users/users.service.js';
import type { SessionCookie } from './session-cookie.service.js';
import { Sessions } from './sessions.service.js';
import { SignIns } from './sign-ins.service.js';

/** Sign-in sessions by their cookie. */
@Injectable()
export class BrowserSessions {
  constructor(
    private readonly directory: Directory,
    private readonly signIns: SignIns,
    private readonly sessions: Sessions,
  ) {}

  /** Signs a browser in; whoever was signed in there before is signed out. @throws {SignInRefusedError} */
  async signIn(
    { email, password }: { readonly email: string; readonly password: string },
    before: SessionCookie | undefined,
    source: EventSource,
  ): Promise<{ readonly user: User; readonly cookie: SessionCookie }> {
    const user = await this.signIns.authenticate(email, password, source);
    await this.leave(before, source);
    return { user, cookie: await this.signIns.openForBrowser(user, source) };
  }

  /** Signs out whoever was signed in there before. */
  async leave(before: SessionCookie | undefined, source: EventSource): Promise<void> {
    if (before && (await this.ownerOf(before))) await this.signOut(before, source);
  }

  /** Whose a cookie is; null where its session does not count any more. */
  async ownerOf({ sessionId, value }: SessionCookie): Promise<User | null> {
    const [row] = await this.directory.call('find_browser_session', { sessionId, withCookieHash: hashOf(value) });
    return row ? { id: row.user_id, name: row.name, email: row.email } : null;
  }

  /** Ends the session of a cookie, with all its tabs. @returns names of the cells that have not heard yet. */
  async signOut(cookie: SessionCookie, { requestId, origin }: EventSource): Promise<string[]> {
    const user = await this.ownerOf(cookie);
    if (!user) throw new UnauthenticatedError();
    const { sessionId: signInSessionId } = cookie;
    const actor = { kind: 'user', userId: user.id, signInSessionId } as const;
    return this.sessions.end(signInSessionId, new RequestContext({ requestId, origin, actor }));
  }
}
