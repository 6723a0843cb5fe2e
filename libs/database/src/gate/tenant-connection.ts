import pg, { type QueryResult, type QueryResultRow } from 'pg';
import { DatabaseUnavailableError, GateRefusedError, TransactionAbortedError } from './gate.errors.js';
import { type ContextKey, type SignedContext, signContext } from './context-signature.js';
import { bindable, type PipelineClient, PipelinedQuery, type Step, type Types } from './pipelined-query.js';
import { statementName } from './statement-names.js';

// The one place in Bulkhead where a tenant reaches a connection.
const SETTINGS = `select set_config('app.current_account_id', $1, true), set_config('app.current_workspace_id', $2, true),
  set_config('app.current_user_id', $3, true), set_config('app.context_signature', $4, true)`;
// A read takes place in a read-only transaction: what is injected into it can change nothing, in no account.
const SETTINGS_OF_A_READ = `${SETTINGS}, set_config('transaction_read_only', 'on', true)`;
// SQL may have changed settings of the session (`set_config(…, false)`); the next borrower gets none of them.
const RESET = 'reset all';

/** Classes of SQLSTATE after which a connection is not given to anybody else. 23 and 40 are rolled back and kept. */
const DISCARDED = new Set(['08', '0A', '25', '26', '42', '53', '57', '58', 'XX']);

type Kind = 'begin' | 'set transaction' | 'commit' | 'rollback' | 'copy' | 'statement';

/**
 * The words that a statement may begin with. Everything else is refused: what it makes would outlive the transaction and
 * be there for the next borrower (PREPARE, LISTEN, LOAD), or hides statements from this file (DO, a leading comment).
 */
const ALLOWED = new Set(
  `select with insert update delete merge values table explain begin start set commit end rollback abort savepoint release
   declare fetch move close copy`.split(/\s+/),
);

function kindOf(text: string): Kind {
  const [, first = '', second = ''] = /^\s*([a-z]+)(?:\s+([a-z]+))?/.exec(text.slice(0, 200).toLowerCase()) ?? [];
  if (!ALLOWED.has(first)) {
    throw new GateRefusedError(
      'The gate lets through statements that begin with a known word, with nothing before it.',
    );
  }
  // comments can stand between any two words
  if (first === 'declare' && /hold/i.test(text)) {
    throw new GateRefusedError('A cursor WITH HOLD would be open for the next borrower. Declare it without.');
  }
  if (first === 'begin' || first === 'start') return 'begin';
  if (first === 'set' && second === 'transaction') return 'set transaction';
  if (first === 'commit' || first === 'end') return 'commit';
  if (first === 'abort') return 'rollback';
  if (first === 'rollback')
    return /^rollback\s+(work\s+|transaction\s+)?to\b/i.test(text.trimStart()) ? 'statement' : 'rollback';
  return first === 'copy' ? 'copy' : 'statement';
}

/** What a connection needs to know of the gate it belongs to. */
export interface GateOptions {
  /** Signs contexts; absent for the directory, whose functions know no tenant. */
  readonly key: ContextKey | undefined;
  /** A transaction pooler stands between: the backend of a statement is not known when it is signed. */
  readonly transactionPooler: boolean;
  /** Whether statements are prepared by name; off for poolers that lose them. */
  readonly nameStatements: boolean;
}

/** A statement that reads, and its parameters. */
export interface Read {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Anything with pg's `submit` protocol, for example pg-cursor. */
interface Submittable {
  readonly text?: unknown;
  submit: (wire: never) => void;
}

/**
 * A connection lent to one borrower for one context. Every statement of the borrower's is preceded by the signed context
 * *in the same round trip and the same transaction*, and nothing of it is left when the transaction ends. Texts go through
 * the extended protocol, with or without parameters, so that nothing can be stacked behind a semicolon. Once released it
 * refuses to work, so that a borrower who comes late cannot speak in the name of the next one.
 */
export class TenantConnection {
  private broken = false;
  private released = false;
  private inTransaction = false;
  private contextIsSet = false;
  private ending = false;

  constructor(
    private readonly client: PipelineClient,
    /** For whom; null only for the directory and for checks at boot, which see no tenant's row. */
    readonly context: SignedContext | null,
    private readonly options: GateOptions,
    private readonly giveBack: (discard: boolean) => void,
  ) {}

  /** The server process behind the connection; of no meaning behind a transaction pooler. */
  get pid(): number {
    return (this.client as unknown as { processID: number }).processID;
  }

  on(event: 'error' | 'notice' | 'notification', listener: (value: never) => void): this {
    this.client.on(event as 'error', listener as (error: Error) => void);
    return this;
  }

  removeListener(event: string, listener: (...values: never[]) => void): this {
    this.client.removeListener(event, listener as (...values: unknown[]) => void);
    return this;
  }

  /**
   * Runs one statement in the connection's context.
   *
   * @throws {GateRefusedError} for a stranger's query object or COPY outside a transaction, or after release.
   * @throws {TransactionAbortedError} for a COMMIT that the server turned into a rollback.
   * @throws {DatabaseUnavailableError} where the connection was lost before an answer; what a lost COMMIT did is not known.
   */
  query<Row extends QueryResultRow>(
    text: string,
    values?: readonly unknown[],
    /** How values become JavaScript's; pg's own by default. */
    types?: Types,
  ): Promise<QueryResult<Row>>;
  query<Stranger extends Submittable>(stranger: Stranger): Stranger;
  query(statement: string | Submittable, values: readonly unknown[] = [], types?: Types): unknown {
    if (this.released)
      throw new GateRefusedError('This connection was released; its borrower must not use it any more.');
    if (typeof statement !== 'string') return this.submitStranger(statement);
    return this.run(statement, values, types);
  }

  /**
   * Runs two reads in the connection's context, in one round trip and one transaction, outside any other.
   *
   * @returns the rows of both.
   * @throws {GateRefusedError} inside a transaction, and for anything but plain statements.
   */
  async readBoth(
    reads: readonly [first: Read, second: Read],
    types?: Types,
  ): Promise<readonly [first: QueryResultRow[], second: QueryResultRow[]]> {
    if (this.released || this.inTransaction || reads.some(({ text }) => kindOf(text) !== 'statement'))
      throw new GateRefusedError(
        'Two reads at once are let through outside a transaction, on a connection that is held.',
      );
    const asked = reads.map(({ text, values }) => this.step(text, bindable(values)));
    const [first, second] = (await this.carryOut('statement', asked, types)) as QueryResult[];
    return [first?.rows ?? [], second?.rows ?? []];
  }

  /** Gives the connection back; it is closed instead of reused where its state cannot be trusted. */
  release(error?: unknown): void {
    if (this.released) return;
    this.released = true;
    const status = (this.client as unknown as { getTransactionStatus(): string | null }).getTransactionStatus();
    this.giveBack(Boolean(error) || this.broken || this.inTransaction || status !== 'I');
  }

  private async run(text: string, values: readonly unknown[], types?: Types): Promise<QueryResult> {
    if (this.ending) {
      throw new GateRefusedError('The transaction is ending. Wait for COMMIT or ROLLBACK before the next statement.');
    }
    const kind = kindOf(text);
    if (kind === 'copy' && !this.inTransaction) {
      throw new GateRefusedError('COPY is let through inside a unit of work only. Begin one first.');
    }
    const statement = this.step(text, bindable(values));
    return this.carryOut(kind, [statement], types) as Promise<QueryResult>;
  }

  /** Sends what was asked for with its context, and keeps account of the transaction. */
  private async carryOut(
    kind: Kind,
    asked: readonly Step[],
    types: Types | undefined,
  ): Promise<QueryResult | QueryResult[]> {
    const { before, after } = this.surround(kind);
    if (kind === 'begin') {
      this.inTransaction = true;
      this.contextIsSet = false;
    }
    const ends = kind === 'commit' || kind === 'rollback';
    this.ending = ends;
    try {
      const result = await this.send(before, asked, after, types);
      if (kind === 'commit' && (result as QueryResult).command === 'ROLLBACK') throw new TransactionAbortedError();
      return result;
    } catch (error) {
      this.judge(error);
      throw this.isFromServer(error) || error instanceof TransactionAbortedError
        ? error
        : new DatabaseUnavailableError({ cause: error });
    } finally {
      if (ends) {
        this.inTransaction = false;
        this.ending = false;
      }
    }
  }

  private surround(kind: Kind): { before: Step[]; after: Step[] } {
    const reset = this.step(RESET, []);
    if (!this.inTransaction) {
      if (kind === 'begin') return { before: [], after: [] };
      return { before: this.context ? [this.contextStep(SETTINGS_OF_A_READ, this.context)] : [], after: [reset] };
    }
    // COMMIT runs deferred triggers, which may need the context: the reset comes after it, in a transaction of its own
    if (kind === 'commit' || kind === 'rollback') return { before: [], after: [reset] };
    if (kind === 'set transaction' || this.contextIsSet || !this.context) return { before: [], after: [] };
    this.contextIsSet = true;
    return { before: [this.contextStep(SETTINGS, this.context)], after: [] };
  }

  private contextStep(text: string, context: SignedContext): Step {
    const { key, transactionPooler } = this.options;
    if (!key) throw new GateRefusedError('This connection leads to the directory, which knows no tenant.');
    const signature = signContext(key, context, transactionPooler ? null : this.pid, Date.now());
    return this.step(text, [context.accountId, context.workspaceId, context.userId, signature]);
  }

  private step(text: string, values: readonly (string | Buffer | null)[]): Step {
    return { text, values, name: this.options.nameStatements ? statementName(text) : undefined };
  }

  private send(
    before: readonly Step[],
    asked: readonly Step[],
    after: readonly Step[],
    types: Types | undefined,
  ): Promise<QueryResult | QueryResult[]> {
    const query = new PipelinedQuery(before, asked, after, this.client.prepared, types);
    return new Promise((resolve, reject) => {
      query.callback = (error, result) => {
        if (error) {
          // the trace of a socket event says nothing; this one leads to the caller
          Error.captureStackTrace(error);
          reject(error);
        } else resolve(result);
      };
      this.client.query(query as never);
    });
  }

  private submitStranger<Stranger extends Submittable>(stranger: Stranger): Stranger {
    if (stranger instanceof pg.Query || typeof stranger.text !== 'string') {
      throw new GateRefusedError('Only cursors and streams are let through as objects.');
    }
    kindOf(stranger.text);
    if (!this.inTransaction || this.ending) {
      throw new GateRefusedError('Cursors and streams are let through inside a unit of work only. Begin one first.');
    }
    // queued in front of the stranger: a first cursor without context would be silently empty
    if (!this.contextIsSet) this.run('select', []).catch((error) => this.judge(error));
    return this.client.query(stranger as never) as unknown as Stranger;
  }

  private judge(error: unknown): void {
    const state = String((error as { code?: unknown }).code);
    if (!this.isFromServer(error) || DISCARDED.has(state.slice(0, 2))) this.broken = true;
  }

  /** Whether the server said so. Anything else is a connection that was lost, or no answer in time. */
  private isFromServer(error: unknown): boolean {
    return error instanceof pg.DatabaseError;
  }
}
