import { parsePlPgSQLSync, scanSync } from 'libpg-query';
import type { PastPolicies } from './past-policies.js';
import type { TenantTable } from './proof-world.js';
import type { Report } from './report.js';
import { loadParser, tenantPredicates } from './tenant-predicates.js';

/** A `security definer` function of a cell: it runs with the privileges of its owner, whose policies can be open. */
export interface DefinerFunction {
  /** Schema, name and types of parameters. */
  readonly name: string;
  /** The whole `create or replace function …`. */
  readonly definition: string;
}

/** A statement in the body of a function, with the variables that hold the tenant as parameters. */
interface BodyStatement {
  readonly text: string;
  /** Numbers of the parameters that are the verified account, and the verified workspace. */
  readonly account: ReadonlySet<number>;
  readonly workspace: ReadonlySet<number>;
}

type Node = Readonly<Record<string, unknown>>;
type Expression = { readonly PLpgSQL_expr: { readonly query: string; readonly parseMode: number } };

/** How a function gets its tenant; the variable's default is exactly one of these. */
const VERIFIED = { account: 'app.verified_account_id()', workspace: 'app.verified_workspace_id()' } as const;
/** Numbers that no statement with parameters of its own uses. */
const NUMBERS = { account: 901, workspace: 902 } as const;

/** The `security definer` functions of a cell. */
export function definerFunctions(past: PastPolicies, cell: string): Promise<DefinerFunction[]> {
  return past.rows<DefinerFunction & Record<string, unknown>>(
    cell,
    `select p.oid::regprocedure::text as name, pg_get_functiondef(p.oid) as definition from pg_proc p
     where p.pronamespace = 'app'::regnamespace and p.prosecdef order by 1`,
  );
}

/**
 * Checks that every protected table in the body of a `security definer` function is kept to the verified account, and to the verified
 * workspace where the function has it: no policy does it for such a function.
 */
export async function proveFunctionBodies(
  past: PastPolicies,
  cell: string,
  tables: readonly TenantTable[],
  report: Report,
): Promise<void> {
  await loadParser();
  for (const { name, definition } of await definerFunctions(past, cell)) {
    const failures = statementsIn(definition).flatMap((statement) => failureOf(statement, tables) ?? []);
    report.add('catalog', name, 'body', 'every table is kept to the verified account', failures[0]);
  }
}

function failureOf({ text, account, workspace }: BodyStatement, tables: readonly TenantTable[]): string | undefined {
  const found = tenantPredicates(text, tables);
  const missing = found.missing.filter((column) => column.endsWith('.account_id') || workspace.size);
  const foreign = [
    ...[...found.accountParameters].filter((number) => !account.has(number)),
    ...[...found.workspaceParameters].filter((number) => workspace.size && !workspace.has(number)),
  ];
  const shown = text.replace(/\s+/g, ' ').slice(0, 200);
  if (missing.length) return `does not compare ${missing.join(', ')} with the verified tenant: ${shown}`;
  return foreign.length ? `compares the tenant with something else: ${shown}` : undefined;
}

function statementsIn(definition: string): BodyStatement[] {
  const [found] = (parsePlPgSQLSync(definition) as unknown as { plpgsql_funcs: readonly { PLpgSQL_function: Node }[] })
    .plpgsql_funcs;
  const parsed = found?.PLpgSQL_function ?? {};
  const variables = new Map<string, number>();
  for (const { PLpgSQL_var: variable } of parsed['datums'] as readonly { PLpgSQL_var?: Node }[]) {
    const value = (variable?.['default_val'] as Expression | undefined)?.PLpgSQL_expr.query;
    if (value === VERIFIED.account) variables.set(String(variable?.['refname']), NUMBERS.account);
    if (value === VERIFIED.workspace) variables.set(String(variable?.['refname']), NUMBERS.workspace);
  }
  const isBound = (number: number) => [...variables.values()].includes(number);
  const own = {
    account: new Set(isBound(NUMBERS.account) ? [NUMBERS.account as number] : []),
    workspace: new Set(isBound(NUMBERS.workspace) ? [NUMBERS.workspace as number] : []),
  };
  const statements: BodyStatement[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const one of node) visit(one);
    if (!node || typeof node !== 'object' || Array.isArray(node)) return;
    for (const [kind, value] of Object.entries(node)) {
      if (kind === 'PLpgSQL_stmt_dynexecute' || (kind === 'PLpgSQL_stmt_return_query' && 'dynquery' in (value as Node)))
        statements.push(dynamicIn(value as Node, variables, own));
      else if (kind === 'PLpgSQL_expr') {
        const { query, parseMode } = value as Expression['PLpgSQL_expr'];
        // anything else is an expression, or an assignment with its target
        const text = parseMode === 0 ? query : `select (${query.replace(/^\s*\w+\s*:=/, '')})`;
        statements.push({ text: bound(text, variables), ...own });
      } else visit(value);
    }
  };
  visit(parsed);
  return statements;
}

/** A text that is executed, whose parameters are what follows USING. */
function dynamicIn(
  node: Node,
  variables: ReadonlyMap<string, number>,
  own: Omit<BodyStatement, 'text'>,
): BodyStatement {
  const { PLpgSQL_expr: text } = (node['dynquery'] ?? node['query']) as Expression;
  const constant = /^\s*\$(\w*)\$([\s\S]*)\$\1\$\s*$/.exec(text.query)?.[2];
  if (constant === undefined)
    throw new Error(`A text that is executed has to be a constant: ${text.query.slice(0, 80)}`);
  const account = new Set(own.account);
  const workspace = new Set(own.workspace);
  for (const [index, { PLpgSQL_expr: given }] of ((node['params'] ?? []) as readonly Expression[]).entries()) {
    if (variables.get(given.query) === NUMBERS.account) account.add(index + 1);
    if (variables.get(given.query) === NUMBERS.workspace) workspace.add(index + 1);
  }
  return { text: constant, account, workspace };
}

/** A statement with a parameter in place of each variable that holds the tenant. */
function bound(text: string, variables: ReadonlyMap<string, number>): string {
  const bytes = Buffer.from(text);
  const { tokens } = scanSync(text);
  let made = '';
  let from = 0;
  for (const [index, { start, end, text: word }] of tokens.entries()) {
    const number = variables.get(word);
    const isQualified = tokens[index - 1]?.text === '.' || tokens[index + 1]?.text === '.';
    if (number === undefined || isQualified) continue;
    made += `${bytes.subarray(from, start)}$${number}`;
    from = end;
  }
  return made + bytes.subarray(from).toString();
}
