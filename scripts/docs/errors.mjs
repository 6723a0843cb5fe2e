// The errors of the product, from their classes and from the operations that declare them.
import { problemsDeclaredIn } from '#libs/testing';
import { files, read } from './sources.mjs';

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

/** docs/errors.md */
export function errors(document) {
  return `# Errors

Every error is a problem document (RFC 9457) with a stable \`code\`, the \`status\`, a \`detail\` that says what happened and what
to do, and the \`request_id\`. A foreign object is answered exactly like one that does not exist: \`404 not_found\`.

The operations are those of \`docs/openapi.json\`, by their ids. A code without operations is answered before a request reaches one, or is
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
export function problemCatalogue() {
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
