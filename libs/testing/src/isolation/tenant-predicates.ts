import { loadModule, parseSync } from 'libpg-query';
import type { TenantTable } from './proof-world.js';

/** A part of PostgreSQL's own parse tree, as libpg-query gives it. */
type Node = Readonly<Record<string, unknown>>;

/** What a statement says about the tenant of each protected table in it. */
export interface TenantPredicates {
  /** Protected tables that it reads or writes. */
  readonly tables: readonly string[];
  /** Numbers of the parameters that have to be the account of the context. */
  readonly accountParameters: ReadonlySet<number>;
  /** Numbers of the parameters that have to be the workspace of the context. */
  readonly workspaceParameters: ReadonlySet<number>;
  /** Tables that are not kept to one tenant, by column: `documents.workspace_id`. */
  readonly missing: readonly string[];
}

/** Must have been awaited once before {@link tenantPredicates}: loads the parser. */
export async function loadParser(): Promise<void> {
  await loadModule();
}

/**
 * Reads from a statement how every protected table in it is kept to one tenant: each must be compared, in what has to be true
 * of all its rows, with a parameter, or with a column that is itself compared with one. PostgreSQL's own grammar is used
 * (libpg-query), so that no spelling escapes.
 *
 * @throws {Error} where the text is no SQL.
 */
export function tenantPredicates(text: string, tables: readonly TenantTable[]): TenantPredicates {
  const found = new Findings(new Map(tables.map(({ name, scope }) => [name, scope])));
  const { stmts = [] } = parseSync(text) as { stmts?: readonly { stmt?: Node }[] };
  for (const { stmt } of stmts) if (stmt) new Statement(found).visit(stmt, undefined);
  return found;
}

class Findings implements TenantPredicates {
  readonly tables: string[] = [];
  readonly accountParameters = new Set<number>();
  readonly workspaceParameters = new Set<number>();
  readonly missing: string[] = [];

  constructor(readonly known: ReadonlyMap<string, 'account' | 'workspace'>) {}

  note(table: string, column: 'account_id' | 'workspace_id', parameters: readonly number[]): void {
    if (!parameters.length) this.missing.push(`${table}.${column}`);
    const kept = column === 'account_id' ? this.accountParameters : this.workspaceParameters;
    for (const number of parameters) kept.add(number);
  }
}

/** Columns and parameters that are equal to each other wherever a row is seen. */
class Equalities {
  private readonly parent = new Map<string, string>();

  constructor(from?: Equalities) {
    for (const [one, other] of from?.parent ?? []) this.parent.set(one, other);
  }

  equate(one: string, other: string): void {
    this.parent.set(this.root(one), this.root(other));
  }

  parametersOf(term: string): number[] {
    const root = this.root(term);
    return [...this.parent.keys()]
      .filter((other) => other.startsWith('$') && this.root(other) === root)
      .map((other) => Number(other.slice(1)));
  }

  private root(term: string): string {
    if (!this.parent.has(term)) this.parent.set(term, term);
    const parent = this.parent.get(term) ?? term;
    return parent === term ? term : this.root(parent);
  }
}

/** The tables that a SELECT, UPDATE, DELETE or MERGE brings in, by alias, and what is equal there. */
class Scope {
  /** Alias to the protected table behind it; null for what is none. */
  readonly relations = new Map<string, string | null>();
  readonly equal: Equalities;

  constructor(
    readonly number: number,
    readonly outer: Scope | undefined,
  ) {
    this.equal = new Equalities(outer?.equal);
  }

  term(alias: string, column: string): string {
    return `${this.number}.${alias}.${column}`;
  }

  /** The term of a column, in this scope or one around it; undefined where it cannot be told. */
  resolve(fields: readonly string[]): string | undefined {
    const [first = '', second] = fields;
    if (second !== undefined) {
      if (this.relations.has(first)) return this.term(first, second);
      return this.outer?.resolve(fields);
    }
    const tables = [...this.relations].filter(([, table]) => table !== null);
    return tables.length === 1 ? this.term(tables[0]?.[0] ?? '', first) : undefined;
  }
}

class Statement {
  private scopes = 0;
  private readonly temporary = new Set<string>();

  constructor(private readonly found: Findings) {}

  visit(node: Node, outer: Scope | undefined): void {
    for (const [kind, value] of Object.entries(node)) this.visitKind(kind, value as Node, outer);
  }

  private visitKind(kind: string, node: Node, outer: Scope | undefined): void {
    if (kind === 'SelectStmt') this.select(node, outer);
    else if (kind === 'InsertStmt') this.insert(node, outer);
    else if (kind === 'UpdateStmt') this.change(node, outer, ['relation'], ['fromClause'], ['whereClause']);
    else if (kind === 'DeleteStmt') this.change(node, outer, ['relation'], ['usingClause'], ['whereClause']);
    else if (kind === 'MergeStmt') this.change(node, outer, ['relation', 'sourceRelation'], [], ['joinCondition']);
    else this.nested(node, outer);
  }

  /** Statements inside expressions. */
  private nested(value: unknown, outer: Scope | undefined): void {
    if (Array.isArray(value)) for (const one of value) this.nested(one, outer);
    else if (value && typeof value === 'object') {
      for (const [key, inner] of Object.entries(value)) {
        if (/^(Select|Insert|Update|Delete|Merge)Stmt$/.test(key)) this.visitKind(key, inner as Node, outer);
        else this.nested(inner, outer);
      }
    }
  }

  private with(node: Node, outer: Scope | undefined): void {
    const { withClause } = node as { withClause?: { ctes?: readonly { CommonTableExpr: Node }[] } };
    for (const { CommonTableExpr: expression } of withClause?.ctes ?? []) {
      this.temporary.add(String(expression['ctename']));
      this.nested(expression['ctequery'], outer);
    }
  }

  private select(node: Node, outer: Scope | undefined): void {
    this.with(node, outer);
    if (node['larg'] && node['rarg']) {
      this.select(node['larg'] as Node, outer);
      this.select(node['rarg'] as Node, outer);
      return;
    }
    const scope = this.open(outer);
    for (const from of (node['fromClause'] as readonly Node[] | undefined) ?? []) this.bring(from, scope);
    this.hold(node['whereClause'], scope);
    this.check(scope);
    for (const key of [
      'targetList',
      'whereClause',
      'havingClause',
      'groupClause',
      'sortClause',
      'valuesLists',
      'limitCount',
      'limitOffset',
      'windowClause',
    ])
      this.nested(node[key], scope);
  }

  private change(
    node: Node,
    outer: Scope | undefined,
    relations: readonly string[],
    lists: readonly string[],
    conditions: readonly string[],
  ): void {
    this.with(node, outer);
    const scope = this.open(outer);
    for (const key of relations) {
      const relation = node[key] as Node | undefined;
      if (relation) this.bring(key === 'relation' ? { RangeVar: relation } : relation, scope);
    }
    for (const key of lists)
      for (const from of (node[key] as readonly Node[] | undefined) ?? []) this.bring(from, scope);
    for (const key of conditions) this.hold(node[key], scope);
    this.check(scope);
    for (const key of [...conditions, 'targetList', 'returningClause', 'returningList', 'mergeWhenClauses'])
      this.nested(node[key], scope);
  }

  private insert(node: Node, outer: Scope | undefined): void {
    this.with(node, outer);
    const table = String((node['relation'] as Node)['relname']);
    const source = (node['selectStmt'] as { SelectStmt?: Node } | undefined)?.SelectStmt;
    const scope = this.found.known.get(table);
    if (scope && !this.temporary.has(table)) {
      this.found.tables.push(table);
      const columns = ((node['cols'] as readonly { ResTarget: { name: string } }[] | undefined) ?? []).map(
        ({ ResTarget: { name } }) => name,
      );
      const lists = (source?.['valuesLists'] as readonly { List: { items: readonly Node[] } }[] | undefined)?.map(
        ({ List: { items } }) => items,
      );
      const selected = (source?.['targetList'] as readonly { ResTarget: { val: Node } }[] | undefined)?.map(
        ({ ResTarget: { val } }) => val,
      );
      for (const column of columnsOf(scope)) {
        const index = columns.indexOf(column);
        const rows = lists ?? (selected ? [selected] : []);
        const parameters = rows.flatMap((row) => parameterOf(row[index]) ?? []);
        // each row that is written names its tenant by a parameter
        this.found.note(table, column, index >= 0 && parameters.length === rows.length ? parameters : []);
      }
    }
    if (source) this.select(source, outer);
    for (const key of ['onConflictClause', 'returningClause', 'returningList']) this.nested(node[key], outer);
  }

  private open(outer: Scope | undefined): Scope {
    this.scopes += 1;
    return new Scope(this.scopes, outer);
  }

  private bring(from: Node, scope: Scope): void {
    const [[kind, value] = ['', {}]] = Object.entries(from) as [string, Node][];
    const alias = (value['alias'] as { aliasname?: string } | undefined)?.aliasname;
    if (kind === 'RangeVar') {
      const name = String(value['relname']);
      const isTenant =
        this.found.known.has(name) && !this.temporary.has(name) && (value['schemaname'] ?? 'public') === 'public';
      scope.relations.set(alias ?? name, isTenant ? name : null);
    } else if (kind === 'JoinExpr') {
      this.bring(value['larg'] as Node, scope);
      this.bring(value['rarg'] as Node, scope);
      this.hold(value['quals'], scope);
      this.nested(value['quals'], scope);
    } else {
      if (alias) scope.relations.set(alias, null);
      this.nested(value, scope);
    }
  }

  /** Notes what is equal in a condition that has to be true: the parts of its top-level AND. */
  private hold(condition: unknown, scope: Scope): void {
    const { BoolExpr: all, A_Expr: comparison } = (condition ?? {}) as { BoolExpr?: Node; A_Expr?: Node };
    if (all?.['boolop'] === 'AND_EXPR') for (const part of all['args'] as readonly unknown[]) this.hold(part, scope);
    if (comparison?.['kind'] !== 'AEXPR_OP') return;
    const [operator] = comparison['name'] as readonly { String: { sval: string } }[];
    if (operator?.String.sval !== '=') return;
    const [one, other] = [termOf(comparison['lexpr'], scope), termOf(comparison['rexpr'], scope)];
    if (one && other) scope.equal.equate(one, other);
  }

  private check(scope: Scope): void {
    for (const [alias, table] of scope.relations) {
      if (table === null) continue;
      this.found.tables.push(table);
      for (const column of columnsOf(this.found.known.get(table)))
        this.found.note(table, column, scope.equal.parametersOf(scope.term(alias, column)));
    }
  }
}

function columnsOf(scope: 'account' | 'workspace' | undefined): readonly ('account_id' | 'workspace_id')[] {
  return scope === 'workspace' ? ['account_id', 'workspace_id'] : ['account_id'];
}

function parameterOf(node: unknown): number | undefined {
  const { ParamRef: parameter, TypeCast: cast } = (node ?? {}) as {
    ParamRef?: { number: number };
    TypeCast?: { arg: unknown };
  };
  return cast ? parameterOf(cast.arg) : parameter?.number;
}

function termOf(node: unknown, scope: Scope): string | undefined {
  const parameter = parameterOf(node);
  if (parameter !== undefined) return `$${parameter}`;
  const { ColumnRef: column } = (node ?? {}) as { ColumnRef?: { fields: readonly { String?: { sval: string } }[] } };
  return column && scope.resolve(column.fields.map(({ String: field }) => field?.sval ?? '*'));
}
