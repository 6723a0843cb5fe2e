import type { EventEmitter } from 'node:events';
import pg, { type QueryResult } from 'pg';
import { prepareValue } from 'pg/lib/utils.js';

/** A statement with its parameters, already in the form that the protocol carries. */
export interface Step {
  readonly text: string;
  readonly name: string | undefined;
  readonly values: readonly (string | Buffer | null)[];
}

/** Turns JavaScript values into what the protocol carries; throws before anything has been sent. */
export function bindable(values: readonly unknown[]): (string | Buffer | null)[] {
  return values.map((value) => prepareValue(value) as string | Buffer | null);
}

interface Wire {
  parse(message: { text: string; name: string }): void;
  bind(message: {
    portal: string;
    statement: string;
    values: readonly unknown[];
    valueMapper: (value: unknown) => unknown;
  }): void;
  describe(message: { type: 'P'; name: string }): void;
  execute(message: { portal: string; rows: number }): void;
  sync(): void;
}

/** The parts of pg 8's `Query` that this file builds on; they are not in its typings. */
interface PgQuery extends EventEmitter {
  callback: ((error: Error | null, result: QueryResult) => void) | undefined;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, wire: Wire): void;
}
const PgQuery = pg.Query as unknown as new (config: { text: string; queryMode: 'extended' }) => PgQuery;

/**
 * One statement with others before and after it under a single Sync: one round trip and, outside an explicit transaction,
 * one implicit transaction (PostgreSQL 18 manual, 54.2.4 "Pipelining"). Only the statement's own result is seen.
 */
export class PipelinedQuery extends PgQuery {
  private readonly steps: readonly Step[];
  private readonly own: number;
  private done = 0;
  private readonly parsing: string[] = [];

  constructor(
    before: readonly Step[],
    statement: Step,
    after: readonly Step[],
    /** Names that this connection has prepared; kept up to date here. */
    private readonly prepared: Set<string>,
  ) {
    super({ text: statement.text, queryMode: 'extended' });
    this.steps = [...before, statement, ...after];
    this.own = before.length;
  }

  /** Called by pg with the stream corked: everything below leaves in one write. */
  prepare(wire: Wire): void {
    for (const [index, step] of this.steps.entries()) {
      const name = step.name ?? '';
      if (!name || !this.prepared.has(name)) {
        wire.parse({ text: step.text, name });
        this.parsing.push(name);
      }
      wire.bind({ portal: '', statement: name, values: step.values, valueMapper: (value) => value });
      if (index === this.own) wire.describe({ type: 'P', name: '' });
      wire.execute({ portal: '', rows: 0 });
    }
    wire.sync();
  }

  handleParseComplete(): void {
    const name = this.parsing.shift();
    if (name) this.prepared.add(name);
  }

  override handleDataRow(message: unknown): void {
    if (this.done === this.own) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, wire: Wire): void {
    if (this.done === this.own) super.handleCommandComplete(message, wire);
    this.done += 1;
  }

  /** An empty text is answered with EmptyQueryResponse in place of CommandComplete. */
  handleEmptyQuery(): void {
    this.done += 1;
  }
}

/** A pg client that reports each ParseComplete to the query that sent several. */
export class PipelineClient extends pg.Client {
  /** Names of the statements prepared on this connection. */
  readonly prepared = new Set<string>();

  /** Overrides pg 8's own bookkeeping, which knows one statement a query. */
  protected _handleParseComplete(): void {
    const active = (this as unknown as { _getActiveQuery(): unknown })._getActiveQuery();
    if (active instanceof PipelinedQuery) active.handleParseComplete();
  }
}
