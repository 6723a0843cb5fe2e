/** How a client gets tokens: a program has a refresh token, a tab of a browser its cookie. */
export interface Credential {
  /** Signs in. Returns the answer of the API: the person, and the second factors that they can prove. */
  signIn(email: string, password: string, challenge?: string): Promise<SignedIn>;
  /** Gets another access token for the place where the client stands; undefined where there is nothing to get one with. */
  renew(): Promise<string | undefined>;
  /** Takes over what an answer says of the credential. */
  adopt(answer: TokenAnswer): void;
  /** Ends the sign-in, everywhere. */
  signOut(): Promise<void>;
}

/** A person who has just signed in. */
export interface SignedIn {
  readonly user: { readonly id: string; readonly name: string; readonly email: string };
  /** How to prove a second factor: `factors.prove`; empty where the person has none. */
  readonly second_factors: readonly string[];
}

/** The credentials in an answer, and what its access token is for. */
export interface TokenAnswer {
  readonly access_token?: string;
  readonly account_id?: string | null;
  readonly workspace_id?: string | null;
  readonly refresh_token?: string;
  readonly csrf_token?: string;
}

/** Sends one request of the credential's own: without the access token, and without renewing it. */
export type Send = (
  method: string,
  path: string,
  options: { readonly body?: object; readonly headers?: Readonly<Record<string, string>>; readonly bearer?: boolean },
) => Promise<unknown>;

/** The credential of a program: a refresh token, good once. */
export class ProgramCredential implements Credential {
  constructor(
    private readonly send: Send,
    /** Kept from an earlier run. Default none. */
    public refreshToken: string | undefined,
  ) {}

  async signIn(email: string, password: string, challenge?: string): Promise<SignedIn> {
    const body = { email, password, ...(challenge !== undefined && { challenge }) };
    return (await this.send('POST', '/v1/sessions', { body })) as SignedIn;
  }

  async renew(): Promise<string | undefined> {
    if (!this.refreshToken) return undefined;
    const body = { refresh_token: this.refreshToken };
    const answer = (await this.send('POST', '/v1/sessions/refresh', { body })) as TokenAnswer;
    return answer.access_token;
  }

  adopt({ refresh_token: refreshToken }: TokenAnswer): void {
    if (refreshToken) this.refreshToken = refreshToken;
  }

  async signOut(): Promise<void> {
    await this.send('DELETE', '/v1/sessions/current', { bearer: true });
    this.refreshToken = undefined;
  }
}

/** The credential of a tab: the cookie of the browser, which scripts cannot read, and its CSRF token. */
export class TabCredential implements Credential {
  private csrfToken: string | undefined;

  constructor(
    private readonly send: Send,
    /** What the tab calls itself; kept by the page in `sessionStorage`, so that it is the same after it was loaded again. */
    public tabId: string | undefined,
  ) {}

  async signIn(email: string, password: string, challenge?: string): Promise<SignedIn> {
    const body = { email, password, ...(challenge !== undefined && { challenge }) };
    const answer = (await this.send('POST', '/v1/browser-sessions', { body })) as SignedIn;
    await this.renew();
    return answer;
  }

  async renew(): Promise<string | undefined> {
    if (!this.csrfToken) await this.send('GET', '/v1/browser-sessions/current', {});
    const body = this.tabId ? { tab_id: this.tabId } : {};
    const answer = (await this.send('POST', '/v1/browser-sessions/current/tabs', { body, headers: this.csrf })) as {
      readonly access_token: string;
      readonly tab_id: string;
    };
    this.tabId = answer.tab_id;
    return answer.access_token;
  }

  adopt({ csrf_token: csrfToken }: TokenAnswer): void {
    if (csrfToken) this.csrfToken = csrfToken;
  }

  async signOut(): Promise<void> {
    if (!this.csrfToken) await this.send('GET', '/v1/browser-sessions/current', {});
    await this.send('DELETE', '/v1/browser-sessions/current', { headers: this.csrf });
    this.csrfToken = undefined;
  }

  private get csrf(): Readonly<Record<string, string>> {
    return { 'X-CSRF-Token': this.csrfToken ?? '' };
  }
}
