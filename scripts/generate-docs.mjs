// Writes docs/openapi.json, docs/errors.md, docs/promises.md, docs/roles.md and the catalogue of problems from the code and the tests, and names
// the changes of docs/openapi.json that can break clients. `--check` writes nothing and fails where one of them is out of date.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { PERMISSIONS, ROLE_PERMISSIONS, ROLES } from '#libs/roles';
import { breakingChanges, problemsDeclaredIn, TestServer, World } from '#libs/testing';
import { createApp } from '../dist/apps/api/src/create-app.js';
import { breakHash, editsOf } from './promise-breaks.mjs';

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((name) => name && existsSync(name))
  .sort();
const read = (name) => readFileSync(name, 'utf8');

/** Every class of error, from the sources: code, status, when it is thrown, and by which lib. */
function errorClasses() {
  return files
    .filter((name) => /^(libs|apps)\/.*\/src\/.*errors\.ts$/.test(name))
    .flatMap((name) =>
      [
        ...read(name).matchAll(
          /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport class (\w+) extends BulkheadError \{([\s\S]*?)\n\}/g,
        ),
      ].map(([, comment, , body]) => ({
        code: /readonly code = '([^']+)'/.exec(body)?.[1],
        status: /readonly status = (\d+)/.exec(body)?.[1],
        meaning: comment
          .replace(/\n\s*\*/g, '')
          .replace(/@\w+.*/g, '')
          .replace(/\s+/g, ' ')
          .trim(),
        lib: name.split('/')[1],
      })),
    )
    .sort((a, b) => a.status.localeCompare(b.status) || a.code.localeCompare(b.code));
}

/** The OpenAPI document, as a running application gives it. */
async function apiDocument() {
  const server = await TestServer.start();
  const world = await World.open(
    (environment, databases) => createApp(environment, databases, true),
    {},
    await server.copyDatabases(),
  );
  const { body } = await world.nobody.get('/openapi.json');
  await world.close();
  await server.stop();
  return body;
}

/** Groups of operations that have a short name in the column of operations. */
const GROUPS = [
  ['every operation', () => true],
  ['every operation with a token', ({ scope }) => scope !== 'public'],
  ['every operation in an account', ({ scope }) => scope === 'account' || scope === 'workspace'],
  ['every operation in a workspace', ({ scope }) => scope === 'workspace'],
  ['every command', ({ method }) => method !== 'get'],
];

/** Says which operations answer with a code: a group's name where it is just that group, else their ids. */
function operationsWith(code, document) {
  const all = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      key: `${method.toUpperCase()} ${path}`,
      id: operation.operationId.replace(/^entered\./, ''),
      method,
      scope: operation['x-scope'],
    })),
  );
  const declaring = new Set(
    problemsDeclaredIn(document)
      .filter((problem) => problem.code === code)
      .map(({ operation }) => operation),
  );
  if (!declaring.size) return '';
  const group = GROUPS.find(([, of]) => all.every((one) => of(one) === declaring.has(one.key)));
  if (group) return group[0];
  const ids = [...new Set(all.filter(({ key }) => declaring.has(key)).map(({ id }) => id))].sort();
  const others = [...new Set(all.filter(({ key }) => !declaring.has(key)).map(({ id }) => id))].sort();
  const list = (names) => names.map((name) => `\`${name}\``).join(', ');
  return ids.length > others.length ? `every operation but ${list(others)}` : list(ids);
}

function errors(document) {
  return `# Errors

Every error is a problem document (RFC 9457) with a stable \`code\`, the \`status\`, a \`detail\` that says what happened and what
to do, and the \`request_id\`. A foreign object is answered exactly like one that does not exist: \`404 not_found\`.

The operations are those of \`openapi.json\`, by their ids. A code without operations is answered before a request reaches one, or is
not an answer of the API: a defect (500) is \`internal_error\` to clients and has its own code in the log.

| status | code | when | operations | from |
|---|---|---|---|---|
${errorClasses()
  .map(
    ({ status, code, meaning, lib }) =>
      `| ${status} | \`${code}\` | ${meaning} | ${operationsWith(code, document)} | ${lib} |`,
  )
  .join('\n')}
`;
}

/** The same for the running product, which has a page for each. */
function problemCatalogue() {
  const seen = new Set();
  const lines = errorClasses()
    // what a command answers, no request does
    .filter(({ code, status, lib }) => lib !== 'cli' && !seen.has(code) && seen.add(code) && isAnswered(code, status))
    .map(({ code, status, meaning }) => `  { code: ${quoted(code)}, status: ${status}, when: ${quoted(meaning)} },`);
  return `/** Every problem that an answer can report. Generated from the classes of errors by \`npm run docs\`. */
// biome-ignore format: a line a problem
export const PROBLEMS: readonly { readonly code: string; readonly status: number; readonly when: string }[] = [
${lines.join('\n')}
];
`;
}

/** A defect is one code to a client, whatever the log calls it. */
function isAnswered(code, status) {
  return status !== '500' || code === 'internal_error';
}

function quoted(text) {
  return text.includes("'") ? JSON.stringify(text) : `'${text}'`;
}

function promises() {
  const words = JSON.parse(read('docs/promises.json'));
  const held = JSON.parse(read('docs/promises.held.json'));
  const tests = files
    .filter((name) => /\.(spec|int-spec|e2e-spec)\.ts$/.test(name))
    .flatMap((name) =>
      [
        ...read(name).matchAll(/\b(?:test|describe|it)(?:\.each\([\s\S]*?\))?\(\s*(['"`])((?:\\.|(?!\1)[\s\S])*)\1/g),
      ].map(([, , title]) => ({ name, title })),
    );
  const rows = Object.entries(words).map(([id, { promise, brokenBy, missing }]) => {
    const carriers = tests.filter(({ title }) => title.includes(id));
    const list = carriers.map(({ name, title }) => `${title.replaceAll('|', '\\|')} (\`${name}\`)`).join('<br>');
    // a break whose place is gone says nothing any more
    const isHeld = brokenBy && editsOf(brokenBy) && held[id]?.brokenBy === breakHash(brokenBy);
    const state = stateOf({ carriers, missing, isHeld });
    return `| ${id} | ${promise} | ${state} | ${list} |`;
  });
  const unknown = [...new Set(tests.flatMap(({ title }) => title.match(/\b[A-Z]{3}-\d\d\b/g) ?? []))].filter(
    (id) => !(id in words),
  );
  if (unknown.length) throw new Error(`docs/promises.json does not know ${unknown.join(', ')}.`);
  return `# Promises

Everything that Bulkhead is to promise, and the tests that carry each promise.

- \`held\`: every word is met, the promise was broken on purpose, as \`docs/promises.json\` says, and a test with its id failed
  (\`npm run promises:prove\`).
- \`claimed\`: tests carry it; that they would fail without the code has not been shown.
- \`in part\`: tests cover the part that exists; the missing part is named.
- \`not yet\`: nothing is there.

Generated by \`npm run docs\`.

| id | promise | state | tests |
|---|---|---|---|
${rows.join('\n')}
`;
}

/** A promise is held only where each of its words is met and breaking it was noticed. */
function stateOf({ carriers, missing, isHeld }) {
  if (!carriers.length) return 'not yet';
  if (missing) return `**in part**; missing: ${missing}`;
  return isHeld ? 'held' : 'claimed';
}

function roles() {
  return `# Roles

What each role may do; the API prints the same at \`GET /v1/roles\`. An account's own roles have any of them but \`account.secure\` and
\`account.transfer\`. Generated by \`npm run docs\`.

| permission | ${ROLES.join(' | ')} |
|---|${ROLES.map(() => '---').join('|')}|
${Object.entries(PERMISSIONS)
  .map(
    ([name, text]) =>
      `| \`${name}\`: ${text} | ${ROLES.map((role) => (ROLE_PERMISSIONS[role].has(name) ? '✓' : '')).join(' | ')} |`,
  )
  .join('\n')}
`;
}

let stale = false;
const document = await apiDocument();
if (existsSync('docs/openapi.json'))
  for (const change of breakingChanges(JSON.parse(read('docs/openapi.json')), document))
    console.error(`breaking change: ${change}`);
for (const [path, text] of Object.entries({
  'docs/openapi.json': `${JSON.stringify(document, null, 2)}\n`,
  'apps/api/src/pages/problem-catalogue.ts': problemCatalogue(),
  'docs/errors.md': errors(document),
  'docs/promises.md': promises(),
  'docs/roles.md': roles(),
})) {
  if (existsSync(path) && read(path) === text) continue;
  stale = true;
  if (process.argv.includes('--check')) console.error(`${path} is out of date. Run: npm run docs`);
  else writeFileSync(path, text);
}
process.exit(stale && process.argv.includes('--check') ? 1 : 0);
