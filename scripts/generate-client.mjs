// Writes the generated parts of the TypeScript client from docs/openapi.json: the types of requests and answers, and the table of
// operations. `--check` writes nothing and fails where one of them is out of date.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const FOLDER = 'clients/typescript/src';
const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8'));

/** Lists the operations below `/v1/`, without aliases. */
const operations = Object.entries(document.paths)
  .filter(([path]) => path.startsWith('/v1/'))
  .flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, { operationId }]) => !operationId.startsWith('entered.'))
      .map(([method, operation]) => ({ path, method, operation })),
  );

/** The document without what types do not need: aliases, examples, descriptions, headers of answers, and problems of operations. */
function trimmed() {
  const paths = {};
  for (const { path, method, operation } of operations) {
    const { operationId, parameters, requestBody, responses } = operation;
    const [[status, success]] = Object.entries(responses);
    const content = Object.entries(success.content ?? {}).map(([type, { schema }]) => [type, { schema }]);
    paths[path] ??= {};
    paths[path][method] = {
      operationId,
      parameters: parameters.filter(({ in: place }) => place !== 'header'),
      ...(requestBody && { requestBody }),
      responses: { [status]: { description: '', ...(content.length && { content: Object.fromEntries(content) }) } },
    };
  }
  const schemas = Object.fromEntries(
    Object.entries(document.components.schemas).map(([name, schema]) => [
      name,
      name.endsWith('Problem') ? withoutCommonWords(schema) : schema,
    ]),
  );
  return withoutExamples({ openapi: document.openapi, info: document.info, paths, components: { schemas } });
}

/** A problem without the descriptions of the members that every problem has. */
function withoutCommonWords({ properties, ...schema }) {
  const bare = ['type', 'detail', 'request_id'].map((name) => {
    const { description: _, ...member } = properties[name];
    return [name, member];
  });
  return { ...schema, properties: { ...properties, ...Object.fromEntries(bare) } };
}

function withoutExamples(value) {
  if (Array.isArray(value)) return value.map(withoutExamples);
  if (!value || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      // a field may be called so; what is an example stands beside a type
      .filter(([name]) => name !== 'example' || !('type' in value))
      .map(([name, inner]) => [name, withoutExamples(inner)]),
  );
}

/** The types without the same by path, without what a type says of itself, and with tabs. */
function compact(text) {
  const ANNOTATION = /^\s+(\/\*\*|\*) (Format: [\w-]+|@constant|@enum \{\w+\})( \*\/)?$/;
  const ABSENT = /^\s+(header|cookie|query|path)\?: never;$/;
  return text
    .replace(/export interface paths \{[\s\S]*?\n\}\n/, '')
    .replace(/ +headers: \{\n +\[name: string\]: unknown;\n +\};\n/g, '')
    .split('\n')
    .filter((line) => !ANNOTATION.test(line) && !ABSENT.test(line))
    .map((line) => line.replace(/^(?: {4})+/, (spaces) => '\t'.repeat(spaces.length / 4)))
    .join('\n')
    .replace(/\t+\/\*\*\n\t+ \*\/\n/g, '');
}

/** The union of the problems, and of their codes. */
function problemTypes() {
  const names = Object.keys(document.components.schemas).filter((name) => name.endsWith('Problem'));
  return `/** Every problem that an operation can answer with. */
export type Problem = ${names.map((name) => `components["schemas"]["${name}"]`).join(' | ')};

/** The stable code of a problem. */
export type ProblemCode = Problem["code"];
`;
}

/** Whether an answer has credentials in it, which replace those that the client holds. */
function hasCredential({ $ref = '' } = {}) {
  const { properties = {} } = document.components.schemas[$ref.split('/').at(-1)] ?? {};
  return 'access_token' in properties || 'csrf_token' in properties;
}

/** A line for each operation: method, path, and letters for what the client does by itself. */
function table() {
  const lines = operations.map(({ path, method, operation }) => {
    const header = (name) => operation.parameters.some((one) => one.in === 'header' && one.name === name);
    const [success] = Object.values(operation.responses);
    const types = Object.keys(success.content ?? {});
    const flags = [
      header('Idempotency-Key') && 'k',
      header('If-Match') && 'v',
      operation.requestBody && 'b',
      types.includes('text/event-stream') ? 's' : types.length > 0 && !types.some((type) => /json$/.test(type)) && 'r',
      operation['x-scope'] === 'public' && 'p',
      hasCredential(success.content?.['application/json']?.schema) && 't',
    ].filter(Boolean);
    return `  '${operation.operationId}': ['${method.toUpperCase()}', '${path}', '${flags.join('')}'],`;
  });
  return `/**
 * Method, path and flags of each operation, by its id. Flags: \`k\` takes an Idempotency-Key, \`v\` a version (If-Match), \`b\` a body;
 * \`s\` answers with server-sent events, \`r\` with another type than JSON; \`p\` needs no token; \`t\` answers with credentials. Generated by \`npm run docs\`.
 */
export const OPERATIONS = {
${lines.join('\n')}
} as const satisfies Record<string, readonly [method: string, path: string, flags: string]>;
`;
}

const HEAD = '// Generated from docs/openapi.json by `npm run docs`.\n';
const types = compact(astToString(await openapiTS(trimmed())));
const files = {
  [`${FOLDER}/api.gen.ts`]: `${HEAD}/* eslint-disable */\n${types}\n${problemTypes()}`,
  [`${FOLDER}/operations.gen.ts`]: table(),
};
let stale = false;
for (const [path, text] of Object.entries(files)) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  stale = true;
  if (process.argv.includes('--check')) console.error(`${path} is out of date. Run: npm run docs`);
  else writeFileSync(path, text);
}
process.exit(stale && process.argv.includes('--check') ? 1 : 0);
