import { type Credential, ProgramCredential, type SignedIn, TabCredential, type TokenAnswer } from './credential.js';
import { BulkheadError, problemIn } from './error.js';
import { eventsIn, type StreamEvent } from './event-stream.js';
import { OPERATIONS } from './operations.gen.js';
import type { Api, OperationId } from './types.js';
import { Versions } from './versions.js';

/** How a client reaches an installation. */
export interface ConnectOptions {
  /** Where the API is: `https://app.example.com`. */
  readonly baseUrl: string | URL;
  /** A program keeps a refresh token; a tab of a browser has the cookie. Default `program`. */
  readonly as?: 'program' | 'tab';
  /** Of a program that was signed in before. Default none. */
  readonly refreshToken?: string;
  /** Of a tab that was loaded again: what {@link Session.tabId} was. Default a new one. */
  readonly tabId?: string;
  /** Default the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** How often a request is sent again that was answered 429 or 503, or not at all. Default 3. */
  readonly retries?: number;
  /** The longest wait that `Retry-After` may ask for, in milliseconds; beyond it the problem is thrown. Default 60,000. */
  readonly longestWait?: number;
}

/** A client of an installation: a session, and every operation of the API by resource and name. */
export type Bulkhead = Session & Api;

type Headers_ = Record<string, string>;
type Given = Readonly<Record<string, unknown>> & {
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly ifMatch?: number | 'any';
  readonly idempotencyKey?: string;
};

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers_;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
  /** Whether it can be sent again without a second effect. */
  readonly repeatable: boolean;
  readonly withToken: boolean;
}

const FIRST_BACKOFF_MS = 250;
/** Reasons for which a stream ends that are over soon. */
const PASSING = new Set(['contended', 'context_rejected', 'database_busy', 'database_unavailable', 'internal_error']);
/** Arguments that are neither in the path nor in the query. */
const NOT_SENT = new Set(['body', 'signal', 'ifMatch', 'idempotencyKey']);

/**
 * Connects to an installation. Nothing is sent before something is asked for.
 *
 * @example
 * const bulkhead = connect({ baseUrl: 'https://app.example.com' });
 * await bulkhead.signIn('olivia@northlight.example', password);
 * await bulkhead.enterAccount(accountId);
 * await bulkhead.enterWorkspace(workspaceId);
 * for await (const document of bulkhead.documents.list.all()) console.log(document.title);
 */
export function connect(options: ConnectOptions): Bulkhead {
  const session = new Session(options);
  const resources = new Map<string, object>();
  for (const id of Object.keys(OPERATIONS) as OperationId[]) {
    const [resource = '', name = ''] = id.split('.');
    const methods = resources.get(resource) ?? {};
    resources.set(resource, Object.assign(methods, { [name]: methodOf(session, id) }));
  }
  return Object.assign(session, Object.fromEntries(resources)) as unknown as Bulkhead;
}

function methodOf(session: Session, id: OperationId): object {
  const [, , flags] = OPERATIONS[id];
  if (flags.includes('s')) return (given?: Given) => session.follow(id, given);
  return Object.assign((given?: Given) => session.call(id, given), { all: (given?: Given) => session.all(id, given) });
}

/** A signed-in person, and where they stand: nowhere, in an account, or in a workspace of it. */
export class Session {
  readonly #options: ConnectOptions;
  readonly #base: string;
  readonly #credential: Credential;
  readonly #versions = new Versions();
  #token: string | undefined;
  #account: string | undefined;
  #workspace: string | undefined;
  #renewal: Promise<string | undefined> | undefined;

  constructor(options: ConnectOptions) {
    this.#options = options;
    this.#base = String(options.baseUrl).replace(/\/+$/, '');
    const send = async (
      method: string,
      path: string,
      { body, headers = {}, bearer = false }: { body?: object; headers?: Readonly<Headers_>; bearer?: boolean },
    ) => {
      const answer = await this.#exchange({
        method,
        path,
        headers: { ...headers, ...(body && { 'Content-Type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
        // a refresh token is good once: a second request with it would end the session
        repeatable: false,
        withToken: bearer,
      });
      return this.#read(answer);
    };
    this.#credential =
      options.as === 'tab' ? new TabCredential(send, options.tabId) : new ProgramCredential(send, options.refreshToken);
  }

  /** Of a program: good once, for the next run. Undefined for a tab, and before sign-in. */
  get refreshToken(): string | undefined {
    return this.#credential instanceof ProgramCredential ? this.#credential.refreshToken : undefined;
  }

  /** Of a tab: keep it in `sessionStorage` and give it to {@link connect} when the page was loaded again. */
  get tabId(): string | undefined {
    return this.#credential instanceof TabCredential ? this.#credential.tabId : undefined;
  }

  /** The account that was entered. */
  get accountId(): string | undefined {
    return this.#account;
  }

  /** The workspace that was entered. */
  get workspaceId(): string | undefined {
    return this.#workspace;
  }

  /**
   * Signs in with email and password.
   *
   * @param challenge the token of the bot challenge, where the installation has one.
   * @returns the person, and how they can prove a second factor: with {@link Api}`.factors.prove`.
   * @throws {BulkheadError} `sign_in_refused` and whatever else `sessions.signIn` answers.
   */
  async signIn(email: string, password: string, challenge?: string): Promise<SignedIn> {
    return this.#credential.signIn(email, password, challenge);
  }

  /** Goes on in a session from before, by the refresh token or the cookie. Returns false where there is none any more. */
  async resume(): Promise<boolean> {
    try {
      return (await this.#renew()) !== undefined;
    } catch (error) {
      if (error instanceof BulkheadError && error.status === 401) return false;
      throw error;
    }
  }

  /** Signs out: ends the sign-in with everything that was entered from it. */
  async signOut(): Promise<void> {
    await this.#credential.signOut();
    this.#token = undefined;
    this.#stand(undefined, undefined);
  }

  /** Enters an account; the one that was entered before is left. */
  async enterAccount(accountId: string): Promise<void> {
    await this.call('memberships.enter', { accountId });
  }

  /** Enters a workspace of the account. Its id is then filled into every path that needs it. */
  async enterWorkspace(workspaceId: string): Promise<void> {
    await this.call('workspaces.enter', { workspaceId });
  }

  /** Calls an operation by its id; what the methods of the resources do. @throws {BulkheadError} */
  async call(id: OperationId, given: Given = {}): Promise<unknown> {
    const [, , flags] = OPERATIONS[id];
    const answer = await this.#exchange(this.#sent(id, given));
    if (flags.includes('r')) return answer;
    const body = await this.#read(answer);
    this.#versions.learn(id.split('.')[0] ?? '', body);
    return body;
  }

  /** Goes through every page of a list, item by item. */
  async *all(id: OperationId, given: Given = {}): AsyncGenerator<never, void, undefined> {
    let cursor: string | null | undefined;
    do {
      const page = (await this.call(id, { ...given, ...(cursor && { cursor }) })) as {
        readonly items: never[];
        readonly next_cursor: string | null;
      };
      yield* page.items;
      cursor = page.next_cursor;
    } while (cursor);
  }

  /**
   * Follows a live stream. A connection that breaks is opened again after the last event that came; the stream ends where the server
   * says so, with an error where that has a reason: a membership that ended, for example.
   */
  async *follow(id: OperationId, given: Given = {}): AsyncGenerator<StreamEvent, void, undefined> {
    let last: string | undefined;
    let pause = 2_000;
    for (let failures = 0; ; failures += 1) {
      try {
        const sent = this.#sent(id, given);
        const headers = { ...sent.headers, Accept: 'text/event-stream', ...(last && { 'Last-Event-ID': last }) };
        const answer = await this.#exchange({ ...sent, headers });
        if (!answer.body) return;
        for await (const event of eventsIn(answer.body, (milliseconds) => {
          pause = milliseconds;
        })) {
          failures = 0;
          if (event.event === 'end') {
            const { code } = event.data as { readonly code: string };
            if (!PASSING.has(code)) throw new StreamEnded(code);
            break;
          }
          last = event.id ?? last;
          yield event;
        }
      } catch (error) {
        if (given.signal?.aborted) return;
        if (error instanceof BulkheadError || error instanceof StreamEnded || failures >= this.#retries) throw error;
      }
      if (given.signal?.aborted) return;
      await wait(pause, given.signal);
    }
  }

  get #retries(): number {
    return this.#options.retries ?? 3;
  }

  #stand(account: string | undefined, workspace: string | undefined): void {
    if (account !== this.#account) this.#versions.forget();
    this.#account = account;
    this.#workspace = workspace;
  }

  /** The request of an operation. */
  #sent(id: OperationId, given: Given): Sent {
    const [method, pattern, flags] = OPERATIONS[id] as readonly [string, string, string];
    const used = new Set(NOT_SENT);
    let named: string | undefined;
    const path = pattern.replace(/\{(\w+)\}/g, (_, name: string) => {
      used.add(name);
      const value = given[name] ?? (name === 'workspaceId' ? this.#workspace : undefined);
      if (value === undefined) throw new TypeError(`${id} needs ${name}.`);
      named = String(value);
      return encodeURIComponent(named);
    });
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(given))
      if (!used.has(name) && value !== undefined) query.set(name, String(value));
    const headers: Headers_ = {};
    if (flags.includes('b')) headers['Content-Type'] = 'application/json';
    if (flags.includes('k')) headers['Idempotency-Key'] = given.idempotencyKey ?? crypto.randomUUID();
    if (flags.includes('v')) {
      const version = given.ifMatch ?? this.#versions.of(named ?? id.split('.')[0] ?? '');
      if (version !== undefined && version !== 'any') headers['If-Match'] = `"v${version}"`;
    }
    return {
      method,
      path: `${path}${query.size ? `?${query}` : ''}`,
      headers,
      ...(flags.includes('b') && { body: JSON.stringify(given.body ?? {}) }),
      signal: given.signal,
      repeatable: flags.includes('k') || ['GET', 'PUT', 'DELETE'].includes(method),
      withToken: !flags.includes('p'),
    };
  }

  /** Sends a request until it has its answer: again after 429 and 503, and with another token after the first 401. */
  async #exchange(sent: Sent): Promise<Response> {
    let renewed = false;
    for (let tries = 0; ; tries += 1) {
      let answer: Response;
      const token = this.#token;
      try {
        answer = await this.#fetch(sent, token);
      } catch (error) {
        if (!sent.repeatable || tries >= this.#retries || sent.signal?.aborted) throw error;
        await wait(FIRST_BACKOFF_MS * 2 ** tries * (0.5 + Math.random()), sent.signal);
        continue;
      }
      if (answer.ok) return answer;
      const problem = await problemIn(answer);
      const after = Number(answer.headers.get('retry-after') ?? Number.NaN) * 1_000;
      const isBusy =
        problem.status === 429 ||
        (problem.status === 503 && (sent.repeatable || problem.code !== 'payments_unavailable'));
      if (isBusy && tries < this.#retries && after <= (this.#options.longestWait ?? 60_000)) {
        await wait(after, sent.signal);
        continue;
      }
      if (problem.status === 401 && sent.withToken && !renewed) {
        renewed = true;
        // another call may have renewed it meanwhile
        if (this.#token !== token || (await this.#renew().catch(() => undefined))) continue;
      }
      throw new BulkheadError(problem);
    }
  }

  #fetch({ method, path, headers, body, signal, withToken }: Sent, token: string | undefined): Promise<Response> {
    const send = this.#options.fetch ?? fetch;
    return send(`${this.#base}${path}`, {
      method,
      headers: { ...headers, ...(withToken && token !== undefined && { Authorization: `Bearer ${token}` }) },
      ...(body !== undefined && { body }),
      ...(signal && { signal }),
      // a proof of a second factor replaces the cookie, wherever it is asked for
      credentials: this.#options.as === 'tab' ? 'include' : 'omit',
    });
  }

  /** The body of an answer; credentials in it are taken over. */
  async #read(answer: Response): Promise<unknown> {
    const text = await answer.text();
    if (!text) return undefined;
    const body = JSON.parse(text) as TokenAnswer;
    if (typeof body.access_token === 'string') {
      this.#token = body.access_token;
      this.#stand(body.account_id ?? undefined, body.workspace_id ?? undefined);
    }
    this.#credential.adopt(body);
    return body;
  }

  /** Renews the access token; calls at the same time share one renewal. */
  #renew(): Promise<string | undefined> {
    this.#renewal ??= this.#credential.renew().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }
}

/** A live stream that the server has ended, and why. */
export class StreamEnded extends Error {
  override readonly name = 'StreamEnded';
  /** Code of the problem, for example `unauthenticated` where the membership has ended. */
  readonly code: string;

  constructor(code: string) {
    super(`The stream was ended: ${code}.`);
    this.code = code;
  }
}

function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
