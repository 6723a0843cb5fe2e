import type { Problem } from './api.gen.js';
import { BulkheadError } from './error.js';

/** How a client gets tokens: a program has a refresh token, a tab of a browser its cookie. */
export interface Credential {
  /** Signs in. Returns the answer of the API: the person, and the second factors that they can prove. */
  signIn(email: string, password: string, challenge?: string): Promise<SignedIn>;
  /** Gets another access token for the place where the client stands; undefined where there is nothing to get one with. */
  renew(): Promise<string | undefined>;
  /** Takes over the credentials in an answer. */
  adopt(answer: TokenAnswer): void;
  /** Ends the sign-in, everywhere. */
  signOut(): Promise<void>;
  /** Forgets every credential. */
  forget(): void;
}

/** A person who has just signed in. */
export interface SignedIn {
  readonly user: { readonly id: string; readonly name: string; readonly email: string };
  /** How to prove a second factor: `factors.prove`; empty where the person has none. */
  readonly second_factors: readonly string[];
}

/** The credentials in an answer, and the place that its access token is for. */
export interface TokenAnswer {
  readonly access_token?: string;
  readonly account_id?: string | null;
  readonly workspace_id?: string | null;
  readonly refresh_token?: string;
  readonly csrf_token?: string;
}

/** How a request of a credential's own is sent. */
export interface SendOptions {
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** With the access token, which is renewed once if it has expired. Default without one. */
  readonly withToken?: boolean;
  /** Whether it can be sent again after a connection that broke. Default false. */
  readonly repeatable?: boolean;
  /** For how many milliseconds after the first time. Default without end. */
  readonly repeatableFor?: number;
}

/** Sends a request of a credential's own, and takes over the credentials in its answer. @throws {BulkheadError} */
export type Send = (method: string, path: string, options: SendOptions) => Promise<unknown>;

/** Holds the refresh token of a program; each can be used once. */
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
    // a repetition within five seconds gets the same successor; a later one ends the sign-in
    const options = { body, repeatable: true, repeatableFor: 4_000 };
    const answer = (await this.send('POST', '/v1/sessions/refresh', options)) as TokenAnswer;
    return answer.access_token;
  }

  adopt({ refresh_token: refreshToken }: TokenAnswer): void {
    if (refreshToken) this.refreshToken = refreshToken;
  }

  async signOut(): Promise<void> {
    await this.send('DELETE', '/v1/sessions/current', { withToken: true });
  }

  forget(): void {
    this.refreshToken = undefined;
  }
}

/** Uses the cookie of a browser, which scripts cannot read, and its CSRF token. */
export class TabCredential implements Credential {
  private csrfToken: string | undefined;
  private userId: string | undefined;

  constructor(
    private readonly send: Send,
    /** What the tab calls itself; the page keeps it in `sessionStorage`, so that it is the same after it was loaded again. */
    public tabId: string | undefined,
  ) {}

  async signIn(email: string, password: string, challenge?: string): Promise<SignedIn> {
    const body = { email, password, ...(challenge !== undefined && { challenge }) };
    const answer = (await this.send('POST', '/v1/browser-sessions', { body })) as SignedIn;
    this.userId = answer.user.id;
    await this.renew();
    return answer;
  }

  async renew(): Promise<string | undefined> {
    const body = this.tabId ? { tab_id: this.tabId } : {};
    const answer = (await this.sendWithCsrf('POST', '/v1/browser-sessions/current/tabs', body)) as {
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
    await this.sendWithCsrf('DELETE', '/v1/browser-sessions/current');
  }

  forget(): void {
    this.csrfToken = undefined;
    this.userId = undefined;
    this.tabId = undefined;
  }

  /** Gets the CSRF token of the cookie. @throws {BulkheadError} `unauthenticated` where another tab has signed somebody else in */
  private async readSession(): Promise<void> {
    const { user } = (await this.send('GET', '/v1/browser-sessions/current', { repeatable: true })) as SignedIn;
    if (this.userId !== undefined && this.userId !== user.id) {
      this.csrfToken = undefined;
      throw new BulkheadError(somebodyElse);
    }
    this.userId = user.id;
  }

  /** Sends a request with the CSRF token; once more with a new one if another tab has replaced the cookie. */
  private async sendWithCsrf(method: string, path: string, body?: object): Promise<unknown> {
    for (let isSecond = false; ; isSecond = true) {
      if (!this.csrfToken) await this.readSession();
      const headers = { 'X-CSRF-Token': this.csrfToken ?? '' };
      try {
        return await this.send(method, path, { ...(body && { body }), headers, repeatable: true });
      } catch (error) {
        if (isSecond || !(error instanceof BulkheadError && error.is('csrf_refused'))) throw error;
        this.csrfToken = undefined;
      }
    }
  }
}

const somebodyElse: Problem = {
  type: '/problems/unauthenticated',
  title: 'Unauthenticated',
  status: 401,
  code: 'unauthenticated',
  detail: 'Somebody else has signed in with this browser. Sign in again.',
  request_id: '',
};
