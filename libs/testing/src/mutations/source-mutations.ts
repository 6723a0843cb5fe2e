import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import type { Verdict } from './verdict.js';

/** A piece of a source file, and what stands there in its place. */
export interface Edit {
  /** Path from the root of the project. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Name of the function that it is in, as V8 calls it; undefined outside all functions. */
  readonly within: string | undefined;
}

/** A guard of the sources taken away. */
export interface SourceMutation extends Pick<Verdict, 'name' | 'family' | 'must'> {
  readonly edits: readonly Edit[];
  /** The test that has to notice it, where the proof cannot. */
  readonly test?: NamedTest;
}

/** A test, as jest is told of it: its ring, a pattern of its title, and its file. */
export interface NamedTest {
  readonly ring: 'unit' | 'system' | 'alone';
  readonly title: string;
  readonly file: string;
}

/** Libraries whose sources are no part of the running product, or run as the operator and not for a tenant. */
const APART = /^libs\/(testing|demo)\/|^libs\/database\/src\/server\/|^apps\/cli\//;
/** The test that notices what is tagged `@guard rate limit`: the proof makes too many requests to be held to a limit. */
const THROTTLING: NamedTest = { ring: 'alone', title: 'API-0[123]', file: 'test/throttling' };
/** Guards of the application that keep no tenants apart, and the tests that notice when they are gone. */
const TESTED_GUARDS: Readonly<Record<string, NamedTest>> = {
  ThrottleGuard: THROTTLING,
  RequestQuotaGuard: { ring: 'system', title: 'BIL-03 the requests', file: 'test/entitlements' },
  FreshProofGuard: { ring: 'system', title: '', file: 'test/step-up' },
};
/** Conditions of the decision that no operation of the proof leads to; the table of its unit test does. */
const TABLE: NamedTest = { ring: 'unit', title: 'TEN-05 ISO-11', file: 'libs/access/test/decide' };
const IN_TABLE =
  /isOfAnAccount|gives|changesRole|secondFactor|withoutPassword|demand\.changesAccount|action !==|isFresh/;
/** Demands that a command makes beyond its request's, and the tests that notice when they are gone. */
const DEMANDS: readonly (readonly [file: RegExp, says: RegExp, test: NamedTest])[] = [
  [/custom-roles\.service/, /gives/, { ring: 'system', title: 'B6', file: 'test/custom-roles' }],
  [/custom-roles\.service/, /changesRole/, { ring: 'system', title: '', file: 'test/custom-roles' }],
  [/accounts\.service/, /account\.secure/, { ring: 'system', title: '', file: 'test/second-factors' }],
  [/workspaces\.service/, /account\.secure/, { ring: 'system', title: '', file: 'test/second-factors' }],
  [/workspaces\.service/, /secondFactor/, { ring: 'system', title: '', file: 'test/second-factors' }],
  [/unit-of-work\.service/, /\{ action \}/, { ring: 'system', title: 'AUD-03', file: 'test/command-authorization' }],
];
/** Decisions that the proof does not lead to, and the tests that notice when they are gone. */
const DECISIONS: readonly (readonly [says: RegExp, test: NamedTest])[] = [
  [/stream-authorizer/, { ring: 'system', title: 'ISO-14', file: 'test/audit-search' }],
  [/freshProof/, { ring: 'system', title: '', file: 'test/step-up' }],
  [/access-command-authorizer.*more/, { ring: 'system', title: 'B6', file: 'test/custom-roles' }],
  [/\{ scope: 'account' \}/, { ring: 'system', title: 'ISO-11', file: 'test/access' }],
];
/** Files whose SQL decides who is a member and what they may enter. */
const MEMBERSHIP =
  /^libs\/tenants\/src\/members\/(memberships\.service|members\.read-model)\.ts$|^libs\/workspaces\/src\/workspaces\.read-model\.ts$/;

const PREDICATE = /(?:\b\w+\.)?\b(?:account_id|workspace_id) = (\$\d+(?:::uuid)?|\w+\.(?:account_id|workspace_id)\b)/g;
const CONDITION = /\band ((?:\w+\.)?\w+ (?:= '[^']*'|= \$\d+(?:::uuid)?|is null|is not null|> now\(\)))/g;

/** A refusal: its file, what it says, and which of those that say so it is (default the first). */
type Place = readonly [file: string, says: string, which?: number];

/**
 * Refusals that stand in front of others which refuse the same, byte for byte: taken away alone they cannot be missed, so
 * both are taken away together. `mutual` where that holds of the other as well; else it is taken away alone besides.
 */
const IN_FRONT: readonly { readonly place: Place; readonly behind: Place; readonly mutual: boolean }[] = [
  {
    place: ['libs/identity/src/tokens/token-authenticator.service.ts', 'if (error || !user) throw'],
    behind: ['libs/access/src/access.guard.ts', 'if (!principal) throw'],
    mutual: true,
  },
  // entering an account looks twice, the second time under lock
  ...["and m.status = 'active'", "and a.status = 'active'"].map((says) => ({
    place: ['libs/tenants/src/members/memberships.service.ts', says, 1] as const,
    behind: ['libs/tenants/src/members/memberships.service.ts', says] as const,
    mutual: false,
  })),
];

/** Every source of the product, by its path from the root. */
function sources(): string[] {
  return ['libs', 'apps'].flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .map((name) => join(root, name))
      .filter((name) => /^(libs|apps)\/[^/]+\/src\/.*\.ts$/.test(name) && !APART.test(name)),
  );
}

/**
 * Every guard of the sources, found by its form: predicates on the tenant in SQL, the tenant that the repositories add,
 * conditions of the statements that decide membership, refusals in files with the tag `@guard`, and the guards of the application
 * themselves.
 */
export function sourceMutations(): SourceMutation[] {
  return together(sources().flatMap(mutationsOf));
}

function mutationsOf(file: string): SourceMutation[] {
  const text = readFileSync(file, 'utf8');
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const guard = guardTagOf(tree);
  const found: SourceMutation[] = [];
  const add = (
    node: ts.Node,
    family: string,
    must: SourceMutation['must'],
    start: number,
    end: number,
    instead: string,
    test?: NamedTest,
  ) => {
    const line = tree.getLineAndCharacterOfPosition(start).line + 1;
    const gone = text.slice(start, end).replace(/\s+/g, ' ').slice(0, 90);
    const edit = { file, start, end, text: instead, within: functionAround(node) };
    found.push({
      name: `${file}:${line} ${gone}`,
      family,
      must: test ? ['test'] : must,
      edits: [edit],
      ...(test && { test }),
    });
  };
  const visit = (node: ts.Node): void => {
    if (isText(node)) {
      for (const match of node.getText().matchAll(PREDICATE)) {
        const start = node.getStart() + match.index;
        // which workspaces a member may enter is a matter of roles, which policies know nothing of
        const family = /workspace_id = \w+\./.test(match[0]) ? 'membership' : 'predicate';
        add(node, family, ['sql', 'http'], start, start + match[0].length, withoutPredicate(match));
      }
      if (MEMBERSHIP.test(file))
        for (const match of node.getText().matchAll(CONDITION)) {
          if (/account_id|workspace_id/.test(match[0])) continue;
          const start = node.getStart() + match.index;
          const [, condition = ''] = match;
          // what a read model shows of one's own is its own affair; to whom it shows it is not
          if (/read-model/.test(file) && !condition.includes('$')) continue;
          const [parameter] = /\$\d+/.exec(condition) ?? [];
          // PostgreSQL wants to know the type of each parameter, whatever it is compared with
          const instead = parameter ? `and ${parameter}::uuid is not null` : '';
          add(node, 'membership', ['http', 'row'], start, start + match[0].length, instead);
        }
    }
    if (ts.isExpressionStatement(node) && /\.demand\(\{/.test(node.getText())) {
      const [, , test] = DEMANDS.find(([at, says]) => at.test(file) && says.test(node.getText())) ?? [];
      add(node, 'guard', ['test'], node.getStart(), node.getEnd(), ';', test);
    }
    if (/^libs\/access\//.test(file) && isCallOf(node, 'assertAllowed')) {
      const [, test] = DECISIONS.find(([says]) => says.test(`${file} ${node.getText()}`)) ?? [];
      add(node, 'guard', ['http', 'row', 'boot'], node.getStart(), node.getEnd(), 'undefined', test);
    }
    if (ts.isSpreadAssignment(node) && node.expression.getText() === 'this.tenant()')
      add(node, 'predicate', ['sql', 'http'], node.getStart(), node.getEnd(), '');
    if (guard !== undefined && ts.isIfStatement(node) && refuses(node.thenStatement))
      add(
        node,
        'guard',
        ['http', 'row', 'boot'],
        node.getStart(),
        node.getEnd(),
        node.elseStatement?.getText() ?? ';',
        guard === 'rate limit'
          ? THROTTLING
          : file.endsWith('decide.ts') && IN_TABLE.test(node.getText())
            ? TABLE
            : undefined,
      );
    if (ts.isObjectLiteralExpression(node) && /provide: APP_GUARD/.test(node.getText()) && node.properties.length === 2)
      add(
        node,
        'guard',
        ['http', 'catalog'],
        node.getStart(),
        node.getEnd(),
        '...[]',
        TESTED_GUARDS[/useClass: (\w+)/.exec(node.getText())?.[1] ?? ''],
      );
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** Joins what stands in front of something else with what it stands in front of. */
function together(all: readonly SourceMutation[]): SourceMutation[] {
  const at = ([file, says, which = 0]: Place): SourceMutation => {
    const found = all.filter(({ name }) => name.startsWith(`${file}:`) && name.includes(says))[which];
    if (!found) throw new Error(`${file} does not say "${says}" any more. Correct IN_FRONT in source-mutations.ts.`);
    return found;
  };
  const joined = IN_FRONT.map(({ place, behind, mutual }) => ({ front: at(place), back: at(behind), mutual }));
  const covered = new Set(joined.flatMap(({ front, back, mutual }) => (mutual ? [front, back] : [front])));
  return [
    ...all.filter((mutation) => !covered.has(mutation)),
    ...joined.map(({ front, back }) => ({
      ...front,
      name: `${front.name}, and behind it ${back.name}`,
      edits: [...front.edits, ...back.edits],
    })),
  ];
}

/** What leaves the policies alone: every predicate of the data access layer gone at once, and what would refuse that. */
export function withoutDataAccessLayer(): SourceMutation {
  const predicates = sourceMutations().filter(({ family }) => family === 'predicate');
  // a filter that a client asks for is no layer: without it one sees more of one's own
  const isFilter = ({ file, start }: Edit) => /' and $/.test(readFileSync(file, 'utf8').slice(0, start));
  const edits = predicates.flatMap((mutation) => mutation.edits).filter((edit) => !isFilter(edit));
  const inserts = /\.\.\.values, \.\.\.this\.tenant\(\)|\.\.\.row, \.\.\.this\.tenant\(\)/g;
  const repository = 'libs/database/src/work/scoped.repository.ts';
  const text = readFileSync(repository, 'utf8');
  // a row that is written still has to say whose it is
  const kept = [...text.matchAll(inserts)].map(({ index, 0: { length } }) => index + length);
  const comparison = 'libs/database/src/work/tenant-comparison.ts';
  const check = 'throw new PredicateMissingError(predicate)';
  const at = readFileSync(comparison, 'utf8').indexOf(check);
  if (at < 0) throw new Error(`${comparison} does not say "${check}" any more. Correct source-mutations.ts.`);
  return {
    name: 'every predicate of the data access layer',
    family: 'layer',
    must: [],
    edits: [
      ...edits
        .filter(({ file, end }) => !(file === repository && kept.includes(end)))
        // TypeORM refuses a change without any condition: in place of the tenant stands one that every row meets
        .map((edit) => (edit.file === repository ? { ...edit, text: 'accountId: Not(IsNull())' } : edit)),
      { file: repository, start: 0, end: 0, text: "import { IsNull, Not } from 'typeorm';\n", within: undefined },
      { file: comparison, start: at, end: at + check.length, text: ';', within: undefined },
    ],
  };
}

/**
 * The text of the tag `@guard`, with which a class or function says that its refusals keep tenants apart: `rate limit` where they limit
 * requests, else empty; undefined where nothing in the file has it.
 *
 * @throws {Error} where a guard of Nest has no tag.
 */
function guardTagOf(tree: ts.SourceFile): string | undefined {
  const tags = (node: ts.Node) => ts.getJSDocTags(node).filter(({ tagName }) => tagName.text === 'guard');
  for (const node of tree.statements)
    if (
      ts.isClassDeclaration(node) &&
      /\bimplements\b.*\bCanActivate\b|Guard\b/.test(headOf(node)) &&
      !tags(node).length
    )
      throw new Error(`${tree.fileName}: ${node.name?.text} is a guard. Tag it with @guard.`);
  const [tag] = tree.statements.flatMap(tags);
  return tag && (ts.getTextOfJSDocComment(tag.comment) ?? '');
}

/** The head of a class: its name, and what it extends and implements. */
function headOf(node: ts.ClassDeclaration): string {
  return [node.name?.text, ...(node.heritageClauses ?? []).map((clause) => clause.getText())].join(' ');
}

function functionAround(node: ts.Node): string | undefined {
  for (let at: ts.Node | undefined = node; at; at = at.parent) {
    if ((ts.isMethodDeclaration(at) || ts.isFunctionDeclaration(at)) && at.name) return at.name.getText();
    if (ts.isConstructorDeclaration(at)) return at.parent.name?.getText();
    if (ts.isVariableDeclaration(at) && at.initializer && ts.isArrowFunction(at.initializer)) return at.name.getText();
  }
  return undefined;
}

function isText(node: ts.Node): boolean {
  if (node.parent && ts.isCallExpression(node.parent) && node.parent.expression.getText() === 'assertComparesTenant')
    return false;
  return (
    ts.isStringLiteral(node) ||
    ts.isNoSubstitutionTemplateLiteral(node) ||
    ts.isTemplateHead(node) ||
    ts.isTemplateMiddleOrTemplateTail(node)
  );
}

/** True for every row, with its parameters still in use: PostgreSQL wants to know the type of each. */
function withoutPredicate([, value = '']: RegExpMatchArray): string {
  return value.startsWith('$') ? `${value.replace(/::uuid$/, '')}::uuid is not null` : 'true';
}

function isCallOf(node: ts.Node, name: string): boolean {
  return ts.isCallExpression(node) && node.expression.getText() === name;
}

function refuses(statement: ts.Statement): boolean {
  const [only] = ts.isBlock(statement) ? statement.statements : [statement];
  if (!only) return false;
  if (ts.isReturnStatement(only) && /^return new \w+Error\(/.test(only.getText())) return true;
  // a plain Error is a mistake of the caller's, not a refusal
  if (ts.isThrowStatement(only)) return !/^throw new Error\(/.test(only.getText());
  if (ts.isExpressionStatement(only)) return /^assert/.test(only.getText());
  return ts.isReturnStatement(only) && /^return (undefined|null|false);?$/.test(only.getText());
}
