import {
  type Credential,
  ProgramCredential,
  type Send,
  type SignedIn,
  TabCredential,
  type TokenAnswer,
} from './credential.js';
import { BulkheadError, problemOf } from './error.js';
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
  /** Refresh token of an earlier run. Default none: call `signIn`. */
  readonly refreshToken?: string;
  /** {@link Session.tabId} from before a reload. Default a new one. */
  readonly tabId?: string;
  /** Sends the requests. Default the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** How often a request is sent again after a broken connection, or after 429 or 503 with `Retry-After` in seconds. Default 3. */
  readonly retries?: number;
  /** The longest wait that `Retry-After` may ask for, in milliseconds; beyond it the problem is thrown. Default 60,000. */
  readonly longestWait?: number;
}

/** A client of an installation: a session, and every operation of the API by resource and name. */
export type Bulkhead = Session & Api;

type HeaderFields = Readonly<Record<string, string>>;
type CallArguments = Readonly<Record<string, unknown>> & {
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly ifMatch?: number | 'any';
  readonly idempotencyKey?: string;
};

/** A request, before it has its token. */
interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: HeaderFields;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
  /** Whether it can be sent again without a second effect. */
  readonly repeatable: boolean;
  readonly withToken: boolean;
  /** Whether its answer is handed on as it comes, and not read. Default false. */
  readonly streams?: boolean;
  /** Whether it is sent by what replaces credentials, one after another. Default false. */
  readonly inTurn?: boolean;
  /** For how many milliseconds after the first time it can be sent again. Default without end. */
  readonly repeatableFor?: number | undefined;
  /** How often it may be sent again. */
  readonly retries: number;
}

interface Received {
  readonly answer: Response;
  /** Empty for one that streams. */
  readonly text: string;
}

const FIRST_BACKOFF_MS = 250;
/** Problems for which a stream ends that are over soon. */
const PASSING = new Set<string>([
  'contended',
  'context_rejected',
  'database_busy',
  'database_unavailable',
  'internal_error',
  'too_many_requests',
]);
/** Problems with 503 that say that nothing took effect. */
const WITHOUT_EFFECT = new Set<string>(['challenge_unavailable', 'contended', 'context_rejected', 'database_busy']);
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
    if (resource in session) throw new Error(`The resource ${resource} has the name of a method of Session.`);
    const methods = resources.get(resource) ?? {};
    resources.set(resource, Object.assign(methods, { [name]: methodOf(session, id) }));
  }
  return Object.assign(session, Object.fromEntries(resources)) as unknown as Bulkhead;
}

function methodOf(session: Session, id: OperationId): object {
  const [, , flags] = OPERATIONS[id];
  if (flags.includes('s')) return (given?: CallArguments) => session.follow(id, given);
  return Object.assign((given?: CallArguments) => session.call(id, given), {
    all: (given?: CallArguments) => session.all(id, given),
  });
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
  #turn: Promise<unknown> = Promise.resolve();
  /** Counts the people and accounts that this client has stood for, one after another. */
  #era = 0;

  constructor(options: ConnectOptions) {
    this.#options = options;
    this.#base = String(options.baseUrl).replace(/\/+$/, '');
    const { protocol, hostname } = new URL(this.#base);
    if (protocol !== 'https:' && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname))
      throw new TypeError(`${this.#base} has to be https: passwords and tokens are sent there.`);
    const send: Send = async (
      method,
      path,
      { body, headers = {}, withToken = false, repeatable = false, repeatableFor },
    ) =>
      this.#read(
        await this.#exchange({
          method,
          path,
          headers: { ...headers, ...(body && { 'Content-Type': 'application/json' }) },
          ...(body && { body: JSON.stringify(body) }),
          repeatable,
          repeatableFor,
          withToken,
          inTurn: true,
          retries: this.#retries,
        }),
      );
    this.#credential =
      options.as === 'tab' ? new TabCredential(send, options.tabId) : new ProgramCredential(send, options.refreshToken);
  }

  /** The refresh token of a program, to keep for the next run; it can be used once. Undefined for a tab, and before sign-in. */
  get refreshToken(): string | undefined {
    return this.#credential instanceof ProgramCredential ? this.#credential.refreshToken : undefined;
  }

  /** The id of a tab. Keep it in `sessionStorage`, and give it to {@link connect} after a reload. */
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
   * @returns the person, and their second factors: prove one with `factors.prove`.
   * @throws {BulkheadError} `sign_in_refused` and whatever else `sessions.signIn` answers.
   */
  signIn(email: string, password: string, challenge?: string): Promise<SignedIn> {
    return this.#inTurn(async () => {
      this.#leave();
      return this.#credential.signIn(email, password, challenge);
    });
  }

  /** Resumes a session from before, by the refresh token or the cookie. Returns false where there is none any more. */
  async resume(): Promise<boolean> {
    return (await this.#renew().catch(ended)) !== undefined;
  }

  /** Signs out: ends the sign-in with everything that was entered from it. Does nothing if it has ended already. */
  signOut(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#credential.signOut().catch(ended);
      this.#credential.forget();
      this.#leave();
    });
  }

  /** Enters an account; the one that was entered before is left. */
  async enterAccount(accountId: string): Promise<void> {
    await this.call('memberships.enter', { accountId });
  }

  /** Enters a workspace of the account. Its id is then filled into the paths of what is in it. */
  async enterWorkspace(workspaceId: string): Promise<void> {
    await this.call('workspaces.enter', { workspaceId });
  }

  /**
   * Calls an operation by its id.
   *
   * @throws {BulkheadError} for every problem.
   * @throws {TypeError} where an id of the path is missing, or no answer came.
   */
  async call(id: OperationId, given: CallArguments = {}): Promise<unknown> {
    const [, , flags] = OPERATIONS[id];
    const sent = this.#sent(id, given);
    if (flags.includes('r')) return (await this.#exchange({ ...sent, streams: true })).answer;
    const era = this.#era;
    const exchange = async () => this.#read(await this.#exchange(sent));
    const body = await (sent.inTurn ? this.#inTurn(exchange) : exchange());
    // what was read in an account that was left is of no use in the next
    if (era === this.#era) this.#versions.learn(id.split('.')[0] ?? '', body);
    return body;
  }

  /** Goes through every page of a list, item by item. @throws {BulkheadError} for the problem of any page */
  async *all(id: OperationId, given: CallArguments = {}): AsyncGenerator<never, void, undefined> {
    // all pages are of the workspace that was entered at the first
    const there =
      this.#workspace === undefined || !needsWorkspace(id) ? given : { workspaceId: this.#workspace, ...given };
    let cursor: string | null | undefined;
    do {
      const page = (await this.call(id, { ...there, ...(cursor && { cursor }) })) as {
        readonly items: never[];
        readonly next_cursor: string | null;
      };
      yield* page.items;
      cursor = page.next_cursor;
    } while (cursor);
  }

  /**
   * Follows a live stream. A connection that breaks is opened again after the last event that came. The stream ends where `signal` is
   * aborted, or another account is entered.
   *
   * @throws {StreamEnded} with the code of the reason for which the server has ended it: a membership that ended, for example.
   * @throws {BulkheadError} where it cannot be opened.
   */
  async *follow(id: OperationId, given: CallArguments = {}): AsyncGenerator<StreamEvent, void, undefined> {
    const { signal } = given;
    const era = this.#era;
    const sent: Sent = { ...this.#sent(id, given), streams: true, retries: 0 };
    const isOver = () => signal?.aborted || era !== this.#era;
    let last: string | undefined;
    let pause = 2_000;
    const state = {
      retry: (milliseconds: number) => {
        pause = milliseconds;
      },
      position: (position: string) => {
        last = position;
      },
    };
    for (let failures = 0; !isOver(); failures += 1) {
      try {
        const headers = { ...sent.headers, Accept: 'text/event-stream', ...(last && { 'Last-Event-ID': last }) };
        const { answer } = await this.#exchange({ ...sent, headers });
        failures = 0;
        if (!answer.body) return;
        for await (const event of eventsIn(answer.body, state)) {
          if (event.event === 'end') throw new StreamEnded((event.data as { readonly code: string }).code);
          yield event;
        }
      } catch (error) {
        if (isOver()) return;
        if (!isPassing(error) || failures >= this.#retries) throw error;
      }
      await wait(pause, signal).catch(() => undefined);
    }
  }

  get #retries(): number {
    return this.#options.retries ?? 3;
  }

  #stand(account: string | undefined, workspace: string | undefined): void {
    // the first token of a client that is resumed only says where it stands already
    if (account !== this.#account && this.#token !== undefined) this.#begin();
    this.#account = account;
    this.#workspace = workspace;
  }

  /** Starts for another person or account: requests of the one before are not repeated, and the versions of what it read are forgotten. */
  #begin(): void {
    this.#era += 1;
    this.#versions.forget();
  }

  #leave(): void {
    this.#begin();
    this.#token = undefined;
    this.#stand(undefined, undefined);
  }

  /** Runs what replaces credentials one after another: an answer that came late would bring back a spent one. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Renews the access token; calls at the same time share one renewal. */
  #renew(): Promise<string | undefined> {
    this.#renewal ??= this.#inTurn(() => this.#credential.renew()).finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  /** The request of an operation. */
  #sent(id: OperationId, given: CallArguments): Sent {
    const [method, pattern, flags] = OPERATIONS[id] as readonly [string, string, string];
    const used = new Set(NOT_SENT);
    let named: string | undefined;
    const path = pattern.replace(/\{(\w+)\}/g, (_, name: string) => {
      used.add(name);
      const value = given[name] ?? (name === 'workspaceId' && needsWorkspace(id) ? this.#workspace : undefined);
      if (value === undefined) throw new TypeError(`${id} needs ${name}.`);
      named = String(value);
      // fetch would take them for steps in the path
      if (/^\.{0,2}$/.test(named)) throw new TypeError(`${id} needs ${name}, not "${named}".`);
      return encodeURIComponent(named);
    });
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(given))
      if (!used.has(name) && value !== undefined) query.set(name, String(value));
    const version = given.ifMatch ?? this.#versions.of(named ?? id.split('.')[0] ?? '');
    return {
      method,
      path: `${path}${query.size ? `?${query}` : ''}`,
      headers: {
        ...(flags.includes('b') && { 'Content-Type': 'application/json' }),
        ...(flags.includes('k') && { 'Idempotency-Key': given.idempotencyKey ?? crypto.randomUUID() }),
        ...(flags.includes('v') && version !== undefined && version !== 'any' && { 'If-Match': `"v${version}"` }),
      },
      ...(flags.includes('b') && { body: JSON.stringify(given.body ?? {}) }),
      signal: given.signal,
      repeatable: flags.includes('k') || ['GET', 'PUT', 'DELETE'].includes(method),
      withToken: !flags.includes('p'),
      inTurn: flags.includes('t'),
      retries: this.#retries,
    };
  }

  /** Sends a request until it has its answer: again after 429 and 503, and with another token after the first 401. */
  async #exchange(sent: Sent): Promise<Received> {
    const era = this.#era;
    // neither person nor account are in every request: after a change of them, a repetition would take effect elsewhere
    const isThere = () => !sent.withToken || era === this.#era;
    const began = performance.now();
    const isInTime = () => performance.now() - began < (sent.repeatableFor ?? Number.POSITIVE_INFINITY);
    let renewed = false;
    for (let tries = 0; ; tries += 1) {
      const mayRepeat = tries < sent.retries;
      const token = this.#token;
      let received: Received;
      try {
        received = await this.#send(sent, token);
      } catch (error) {
        if (!sent.repeatable || !mayRepeat || sent.signal?.aborted) throw error;
        await wait(FIRST_BACKOFF_MS * 2 ** tries * (0.5 + Math.random()), sent.signal);
        if (!isThere() || !isInTime()) throw error;
        continue;
      }
      const { answer, text } = received;
      if (answer.ok) return received;
      const error = new BulkheadError(problemOf(answer, text));
      const { status, code } = error;
      const after = Number(answer.headers.get('retry-after') ?? Number.NaN) * 1_000;
      const isBusy = status === 429 || (status === 503 && (sent.repeatable || WITHOUT_EFFECT.has(code)));
      if (isBusy && mayRepeat && after <= (this.#options.longestWait ?? 60_000)) {
        await wait(after, sent.signal);
        if (isThere() && isInTime()) continue;
      }
      if (status === 401 && sent.withToken && !renewed && isThere()) {
        renewed = true;
        // another call may have renewed it meanwhile
        const isNew = this.#token !== token || (await this.#renewedFor(sent)) !== undefined;
        if (isNew && isThere()) continue;
      }
      throw error;
    }
  }

  #renewedFor({ inTurn }: Sent): Promise<string | undefined> {
    return (inTurn ? this.#credential.renew() : this.#renew()).catch(ended);
  }

  async #send(
    { method, path, headers, body, signal, withToken, streams }: Sent,
    token: string | undefined,
  ): Promise<Received> {
    const send = this.#options.fetch ?? fetch;
    const answer = await send(`${this.#base}${path}`, {
      method,
      headers: { ...headers, ...(withToken && token !== undefined && { Authorization: `Bearer ${token}` }) },
      ...(body !== undefined && { body }),
      ...(signal && { signal }),
      // a body may carry a password, which goes to no other origin
      redirect: 'error',
      // a proof of a second factor replaces the cookie, wherever it is asked for
      credentials: this.#options.as === 'tab' ? 'include' : 'omit',
    });
    return { answer, text: streams && answer.ok ? '' : await answer.text() };
  }

  /** The body of an answer; credentials in it are taken over. */
  #read({ text }: Received): unknown {
    if (!text) return undefined;
    const body = JSON.parse(text) as TokenAnswer;
    if (typeof body.access_token === 'string') {
      this.#stand(body.account_id ?? undefined, body.workspace_id ?? undefined);
      this.#token = body.access_token;
    }
    this.#credential.adopt(body);
    return body;
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

/** Whether the path of an operation is in a workspace, so that the one that was entered is filled in. */
function needsWorkspace(id: OperationId): boolean {
  return OPERATIONS[id][1].startsWith('/v1/workspaces/');
}

/** Turns the end of a session into undefined; throws everything else: an outage is no end. */
function ended(error: unknown): undefined {
  if (error instanceof BulkheadError && error.status === 401) return undefined;
  throw error;
}

/** Whether a stream can be opened again after an error. */
function isPassing(error: unknown): boolean {
  if (error instanceof BulkheadError || error instanceof StreamEnded) return PASSING.has(error.code);
  return !(error instanceof SyntaxError);
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
