import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readPlans } from '#libs/billing';
import { ENTITLEMENTS, LIMITS } from '#libs/entitlements';
import ts from 'typescript';

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((name) => name && existsSync(name));
const read = (name: string) => readFileSync(name, 'utf8');
// libs/testing attacks the product and is no part of it
const product = files.filter((name) => /^(apps\/[^/]+|libs\/(?!testing\/)[^/]+)\/src\/.*\.ts$/.test(name));
const withText = (names: readonly string[], pattern: RegExp) => names.filter((name) => pattern.test(read(name)));

test('ISO-01 one file puts the context on a connection', () => {
  expect(withText(product, /set_config\(/)).toEqual(['libs/database/src/gate/tenant-connection.ts']);
  expect(withText(product, /app\.current_account_id/)).toEqual(['libs/database/src/gate/tenant-connection.ts']);
});

test('ISO-01 nobody queries a pool', () => {
  expect(withText(product, /\bpool\.query\b/)).toEqual([]);
});

test('ISO-01 only libs/database uses the driver', () => {
  expect(
    withText(product, /from 'pg(-pool|-cursor|-copy-streams)?(\/[^']*)?'/).filter(
      (name) => !name.startsWith('libs/database/'),
    ),
  ).toEqual([]);
});

test('one file reads process.env', () => {
  expect(withText(product, /process\.env/)).toEqual(['libs/context/src/environment.ts']);
});

/** Interpolations in SQL texts of a source that are anything but a constant, `SCREAMING_CASE` or one field of it. */
function builtSql(text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const speaksSql = /^.\s*(select|with|insert into|update|delete from|merge into|and|or|where|order by)\b/i;
    if (
      ts.isTemplateExpression(node) &&
      (speaksSql.test(node.getText()) || /^.\$\{[A-Z_]+\} and /.test(node.getText()))
    ) {
      for (const { expression } of node.templateSpans)
        if (!/^[A-Z][A-Z0-9_]*(\.\w+|\[\w+\])?$/.test(expression.getText())) found.push(expression.getText());
    }
    if (
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.PlusToken &&
      speaksSql.test(node.left.getText())
    )
      found.push(node.getText());
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('', text, ts.ScriptTarget.ES2023, true));
  return found;
}

test('API-07 no SQL is built from strings: texts are constants, values are bound', () => {
  // functions of the database are called by a name that the caller spells out, and that is looked at there
  const apart = /^libs\/(demo|database\/src\/server)\/|(directory\.service|function-call)\.ts$/;
  const forTenants = product.filter((name) => !apart.test(name));
  expect(forTenants.flatMap((name) => builtSql(read(name)).map((what) => `${name}: ${what}`))).toEqual([]);
  // it notices what it is for
  const template = (what: string) => `query(\`select * from documents where title = $\{${what}}\`)`;
  expect(builtSql(template('title'))).toEqual(['title']);
  expect(builtSql(template('STATE[state]'))).toEqual([]);
  expect(builtSql('query("select * from documents where id = " + id)')).toHaveLength(1);
});

test('A14 no policy reads a setting', () => {
  const policies = files
    .filter((name) => name.startsWith('migrations/'))
    .flatMap((name) => read(name).match(/create policy[^;]*;/g) ?? []);
  expect(policies.length).toBeGreaterThan(3);
  expect(policies.filter((policy) => /current_setting/.test(policy))).toEqual([]);
});

test('the operator’s connection, which carries no tenant, is used by libs/database and doctor alone', () => {
  const users = withText(product, /\basOperator\b/).filter(
    (name) => !name.startsWith('libs/database/src/server/') && name !== 'libs/database/src/index.ts',
  );
  expect(users).toEqual(['apps/cli/src/doctor.command.ts']);
});

test('package-lock.json names no host', () => {
  expect(read('package-lock.json')).not.toMatch(/"resolved":|https?:\/\/[^"]*registry/);
});

test('BIL-03 what plans sell is asked for by the code', () => {
  const sold = readPlans(undefined).all.flatMap(({ entitlements, limits }) => [
    ...entitlements,
    ...Object.keys(limits),
  ]);
  expect(new Set(sold)).toEqual(new Set([...Object.keys(ENTITLEMENTS), ...Object.keys(LIMITS)]));
  const asking = product.filter((name) => !/\/plans\/|\/terms\.ts$/.test(name));
  for (const name of sold)
    expect([name, withText(asking, new RegExp(`'${name}'|\\b${name}: `))]).not.toEqual([name, []]);
});

/** Returns the first argument of each call of a function in the product, where it is a text. */
function parametersOf(word: string): string[] {
  return product
    .flatMap((name) =>
      [...read(name).matchAll(new RegExp(`${word}\\(\\s*('[^']*')`, 'g'))].map(([, text = '']) => text),
    )
    .sort();
}

test('ISO-11 every command that runs without authorization says why, and the reasons are these', () => {
  expect(parametersOf('\\.runWithoutAuthorization')).toEqual([
    "'a sign-out ends nothing but the sessions of the person who signs out'",
    "'leaving an account ends only the session of the person who leaves'",
    "'nobody has a session before they enter: the membership is locked and decided on instead'",
    "'strict switching ends nothing but the sessions of the person who switches'",
    "'the invitation is what allows it, and is locked when it is settled'",
    "'the statement that prolongs a session asks whether session, member and account count'",
  ]);
  const calls = product.flatMap((name) => read(name).match(/\.runWithoutAuthorization\(/g) ?? []);
  expect(calls).toHaveLength(6);
});

test('ISO-11 these jobs and commands of the operator act without a role, each by a list; none may do everything', () => {
  const named = (kind: string) => parametersOf(`\\b${kind}`).map((name) => `${kind} ${name}`);
  expect(new Set([...named('job'), ...named('operator')])).toEqual(
    new Set([
      "job 'audit-purge'",
      "job 'billing'",
      "job 'content-purge'",
      "job 'entry-copies'",
      "job 'invitation'",
      "job 'mail'",
      "job 'request-meter'",
      "job 'sign-up'",
      "job 'usage-reconciliation'",
      "operator 'account create'",
      "operator 'account grant'",
      "operator 'account resume'",
      "operator 'account show'",
      "operator 'account suspend'",
      "operator 'demo load'",
      "operator 'user create'",
    ]),
  );
  expect(withText(product, /(job|operator)\([^)]*'any'|may: 'any'/)).toEqual([]);
});

test('ISO-11 only decide() makes the errors of an access that does not meet a demand', () => {
  const ofAccess = [...read('libs/access/src/access.errors.ts').matchAll(/export class (\w+)/g)].map(
    ([, name]) => name,
  );
  const errors = [...ofAccess, 'RoleAboveOwnError', 'RoleIsOwnError'];
  expect(errors.length).toBeGreaterThan(8);
  // beside their examples, which stand in their own files
  const files = product.filter((name) => !name.endsWith('errors.ts'));
  expect(withText(files, new RegExp(`new (${errors.join('|')})\\(`))).toEqual(['libs/access/src/decide.ts']);
});

test('ISO-11 only the look-up of access reads before an actor is authorized', () => {
  expect(withText(product, /\.lookUpAccess\(/)).toEqual(['libs/access/src/access-lookup.service.ts']);
});

test('ISO-01 outside libs/database a statement goes through what takes its tenant from the context', () => {
  const others = product.filter((name) => !name.startsWith('libs/database/'));
  expect(withText(others, /\bmanager\s*\.|\bEntityManager\b|\bQueryRunner\b|createQueryBuilder/)).toEqual([]);
  // the signed text of a context has every field; a missing one is empty
  const signing = 'libs/database/src/cells/cell.ts';
  expect(withText(product, /account\?\.id(?! \?\? null)|(userId|workspaceId) \?\? ''/)).toEqual([signing]);
});
