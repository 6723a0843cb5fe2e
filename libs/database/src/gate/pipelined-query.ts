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
  callback: ((error: Error | null, result: QueryResult | QueryResult[]) => void) | undefined;
  _result: Shape & { _types: Types | undefined };
  _accumulateRows: boolean;
  requiresPreparation(): boolean;
  _checkForMultirow(): void;
  handleRowDescription(message: unknown): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, wire: Wire): void;
}
const PgQuery = pg.Query as unknown as new (text: string) => PgQuery;

/** What pg 8's `Result` makes of a RowDescription. */
interface Shape {
  fields: readonly unknown[];
  _parsers: readonly unknown[] | undefined;
  _prebuiltEmptyResultObject: object | null;
}

/** How values of a type, by its OID, become JavaScript's; pg's own where there is none. */
export interface Types {
  getTypeParser(oid: number, format?: string): (value: string) => unknown;
}

/** What a connection knows of its prepared statements: their names, and the columns of those that have answered. */
export interface PreparedStatements {
  readonly names: Set<string>;
  readonly shapes: Map<Types | undefined, Map<string, Shape>>;
}

/**
 * Statements with others before and after them under a single Sync: one round trip and, outside an explicit transaction, one
 * implicit transaction (PostgreSQL 18 manual, 54.2.4 "Pipelining"). Only the results of what was asked are seen: one, or of
 * several a list in order.
 */
export class PipelinedQuery extends PgQuery {
  private readonly steps: readonly Step[];
  private readonly first: number;
  private readonly last: number;
  private done = 0;
  /** The step whose result is being read; its columns are known from before, or on their way. */
  private reading = -1;
  private readonly parsing: string[] = [];

  constructor(
    before: readonly Step[],
    asked: readonly Step[],
    after: readonly Step[],
    /** What this connection has prepared; kept up to date here. */
    private readonly prepared: PreparedStatements,
    private readonly types?: Types,
  ) {
    super(asked[0]?.text ?? '');
    this.steps = [...before, ...asked, ...after];
    this.first = before.length;
    this.last = before.length + asked.length - 1;
    this._result._types = types;
  }

  override requiresPreparation(): boolean {
    return true;
  }

  /** Called by pg with the stream corked: everything below leaves in one write. */
  prepare(wire: Wire): void {
    for (const [index, step] of this.steps.entries()) {
      const name = step.name ?? '';
      if (!name || !this.prepared.names.has(name)) {
        wire.parse({ text: step.text, name });
        this.parsing.push(name);
      }
      wire.bind({ portal: '', statement: name, values: step.values, valueMapper: (value) => value });
      // the columns of a prepared statement are the same each time
      if (this.isAsked(index) && !this.shapeOf(index)) wire.describe({ type: 'P', name: '' });
      wire.execute({ portal: '', rows: 0 });
    }
    wire.sync();
  }

  handleParseComplete(): void {
    const name = this.parsing.shift();
    if (name) this.prepared.names.add(name);
  }

  override handleRowDescription(message: unknown): void {
    this.reading = this.done;
    super.handleRowDescription(message);
    const { name } = this.steps[this.done] as Step;
    if (!name) return;
    const { fields, _parsers, _prebuiltEmptyResultObject } = this._result;
    const shapes = this.prepared.shapes.get(this.types) ?? new Map<string, Shape>();
    this.prepared.shapes.set(this.types, shapes.set(name, { fields, _parsers, _prebuiltEmptyResultObject }));
  }

  override handleDataRow(message: unknown): void {
    if (!this.isAsked(this.done)) return;
    this.begin();
    super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, wire: Wire): void {
    if (this.isAsked(this.done)) {
      this.begin();
      super.handleCommandComplete(message, wire);
    }
    this.done += 1;
  }

  /** An empty text is answered with EmptyQueryResponse in place of CommandComplete. */
  handleEmptyQuery(): void {
    this.done += 1;
  }

  private isAsked(index: number): boolean {
    return index >= this.first && index <= this.last;
  }

  private shapeOf(index: number): Shape | undefined {
    const { name } = this.steps[index] as Step;
    return name ? this.prepared.shapes.get(this.types)?.get(name) : undefined;
  }

  /** Begins a result whose columns the server was not asked for. */
  private begin(): void {
    if (this.reading === this.done) return;
    this.reading = this.done;
    const known = this.shapeOf(this.done);
    if (!known) return;
    this._checkForMultirow();
    Object.assign(this._result, known);
    this._accumulateRows = true;
  }
}

/** A pg client that reports each ParseComplete to the query that sent several. */
export class PipelineClient extends pg.Client {
  /** The statements prepared on this connection. */
  readonly prepared: PreparedStatements = { names: new Set(), shapes: new Map() };

  /** Overrides pg 8's own bookkeeping, which knows one statement a query. */
  protected _handleParseComplete(): void {
    const active = (this as unknown as { _getActiveQuery(): unknown })._getActiveQuery();
    if (active instanceof PipelinedQuery) active.handleParseComplete();
  }
}
